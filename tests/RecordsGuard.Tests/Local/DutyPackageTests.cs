using RecordsGuard.App;
using RecordsGuard.Local;

namespace RecordsGuard.Tests.Local;

public sealed class DutyPackageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Duty.Ingest, "Api Inbox WatchInbox")]
    [InlineData(Duty.Access, "Api Canary")]
    [InlineData(Duty.Disposition, "Api NightlyReconcile NightlySweep Purge Reconcile Sweep")]
    [InlineData(Duty.Audit, "Sequence WakeSequencer")]
    public void A_package_holds_the_program_and_the_functions_of_its_duty(Duty duty, string functions)
    {
        var package = DutyPackage.Copy(new LocalOptions().App, folder.Sub("package"), Duties.Name(duty));

        Assert.Equal(
            functions.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            package.EnumerateFiles("function.json", SearchOption.AllDirectories).Select(f => f.Directory!.Name).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(package.FullName, "host.json")));
        Assert.True(File.Exists(Path.Combine(package.FullName, "RecordsGuard.Functions.dll")));
    }

    [Fact]
    public void What_an_older_package_held_is_gone()
    {
        var package = folder.Sub("package");
        DutyPackage.Copy(new LocalOptions().App, package, "disposition");
        DutyPackage.Copy(new LocalOptions().App, package, "access");

        Assert.False(Directory.Exists(Path.Combine(package.FullName, "Purge")));
    }
}
