using RecordsGuard.EndToEnd.Tests.Stack;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

// The main job is done twice: by one app that does everything, and by an app for each duty under its own compiled rights.

public sealed class UploadAndReadInOneAppTests(SharedStack shared) : UploadAndReadTests(shared);

public sealed class RefusalInOneAppTests(SharedStack shared) : RefusalTests(shared);

public sealed class RetentionInOneAppTests(SharedStack shared) : RetentionTests(shared);

public sealed class AlertInOneAppTests(SharedStack shared, ITestOutputHelper output) : AlertTests(shared, output);

public sealed class PurgeInOneAppTests(SharedStack shared) : PurgeTests(shared);

public sealed class LogInOneAppTests(SharedStack shared) : LogTests(shared);

public sealed class ExceptionInOneAppTests(SharedStack shared) : ExceptionTests(shared);

public sealed class RangedRecordInOneApp(SharedStack shared) : RangedRecord(shared);

public sealed class RangeInOneAppTests(RangedRecordInOneApp record) : RangeTests(record), IClassFixture<RangedRecordInOneApp>;

[Collection(nameof(Alone))]
public sealed class SameCallsInOneAppTests(SharedStack shared) : SameCallsTests(shared);

[Collection(nameof(SeparateDuties))]
public sealed class UploadAndReadInSeparateAppsTests(SeparateStack shared) : UploadAndReadTests(shared);

[Collection(nameof(SeparateDuties))]
public sealed class RefusalInSeparateAppsTests(SeparateStack shared) : RefusalTests(shared);

[Collection(nameof(SeparateDuties))]
public sealed class RetentionInSeparateAppsTests(SeparateStack shared) : RetentionTests(shared);

[Collection(nameof(SeparateDuties))]
public sealed class AlertInSeparateAppsTests(SeparateStack shared, ITestOutputHelper output) : AlertTests(shared, output);

[Collection(nameof(SeparateDuties))]
public sealed class PurgeInSeparateAppsTests(SeparateStack shared) : PurgeTests(shared);

[Collection(nameof(SeparateDuties))]
public sealed class LogInSeparateAppsTests(SeparateStack shared) : LogTests(shared);

[Collection(nameof(SeparateDuties))]
public sealed class ExceptionInSeparateAppsTests(SeparateStack shared) : ExceptionTests(shared);

public sealed class RangedRecordInSeparateApps(SeparateStack shared) : RangedRecord(shared);

[Collection(nameof(SeparateDuties))]
public sealed class RangeInSeparateAppsTests(RangedRecordInSeparateApps record) : RangeTests(record), IClassFixture<RangedRecordInSeparateApps>;

[Collection(nameof(SeparateDuties))]
public sealed class SameCallsInSeparateAppsTests(SeparateStack shared) : SameCallsTests(shared);
