using RecordsGuard.Alerts.Detections;

namespace RecordsGuard.Alerts.Watching;

/// <summary>
/// The policy of a deployment, made of which identity has which duties: what a duty does in storage and vault, as their
/// logs call it. infra/modules/rights.bicep says to Azure what a duty may do; this says what it does, which is less wide
/// than a right that cannot be narrowed and as wide where logs do not tell more (a batch does not name its table).
/// </summary>
public static class DutyLeaves
{
    private const string Tables = "QueryEntity QueryEntities InsertEntity UpdateEntity MergeEntity InsertOrReplaceEntity InsertOrMergeEntity DeleteEntity EntityGroupTransaction";
    private const string Queues = "PutMessage GetMessages PeekMessages UpdateMessage DeleteMessage GetQueueMetadata";
    private const string Write = "PutBlob PutBlock PutBlockList";
    private const string Settings = "KeyGet KeyList* KeyVersionsList*";

    private static readonly LogLeaveShape Rows = Leave(
        Tables, "*/Access* */Alerts* */Practices* */Clients* */Directory* */RetentionDue* */Dispositions* */Quarantine* */AuditPending* */AuditIndex* */$batch");

    private static readonly LogLeaveShape Queue = Leave(Queues, "*");

    /// <summary>The Functions host's own leases, keys and notes: nothing of ours lies in its account.</summary>
    private static readonly LogLeaveShape Host = Leave("*", "*/azure-webjobs-* */AzureFunctions*", audited: false);

    private static readonly LogLeaveShape Package = Leave(
        $"{Write} GetBlob GetBlobProperties GetBlobMetadata ListBlobs DeleteBlob GetContainerProperties *Lease", "*deploy*/*", audited: false);

    private static readonly Dictionary<string, LogLeaveShape[]> Leaves = new()
    {
        ["ingest"] =
        [
            Leave(Write, "*/records/* */quarantine/* */slips/*"), Leave("GetBlobProperties", "*/records/* */quarantine/* */slips/*"),
            Leave("GetBlob GetBlobProperties GetBlobMetadata DeleteBlob ListBlobs", "*/inbox*", audited: false),
            Leave("GetUserDelegationKey", "*"), Leave("KeyUnwrap", "*/keys/*-index/*"), Leave(Settings, "*"),
        ],
        ["access"] =
        [
            Leave("GetBlob GetBlobProperties", "*/records/* */quarantine/*"), Leave(Write, "*/records/* */slips/*"),
            Leave("DeleteBlob", "*/quarantine/*"), Leave("KeyUnwrap", "*/keys/*-index/* */keys/*-content/*"), Leave(Settings, "*"),
        ],
        ["custody"] = [Leave("KeyUnwrap", "*/keys/*-index/*"), Leave(Settings, "*")],
        ["disposition"] =
        [
            Leave("DeleteBlob", "*/records/*", audited: true), Leave("GetBlobProperties ListBlobs", "*/records* */slips*"),
            Leave("KeySign", "*/keys/certificates/*"), Leave(Settings, "*"),
        ],
        ["keys"] =
        [
            Leave($"KeyUnwrap KeyCreate KeyRotate KeyUpdate {Settings}", "*"), Leave($"{Write} GetBlobProperties", "*/slips/*"),
            Leave("GetBlob ListBlobs", "*/slips*"), Leave("GetBlob GetBlobProperties", "*/tiles* */head*", audited: false),
        ],
        ["audit"] =
        [
            Leave($"{Write} GetBlob GetBlobProperties ListBlobs DeleteBlob *Lease", "*/tiles* */staging* */head*", audited: false),
            Leave("KeySign", "*/keys/log-checkpoints/*", audited: false), Leave(Settings, "*"),
        ],
        ["alerts"] = [Leave("GetBlob GetBlobProperties ListBlobs", "*/tiles* */head* */insights-*", audited: false)],
    };

    /// <summary>Every duty's word.</summary>
    public static IEnumerable<string> Duties => Leaves.Keys;

    /// <param name="identities">The object id of each duty's identity; several duties may have one.</param>
    /// <param name="packages">Object ids of the identities that read the apps' packages.</param>
    /// <param name="operators">Object ids of who deploys and sets practices up: everything but content and private keys.</param>
    /// <param name="networks">Where the apps run; empty: anywhere.</param>
    /// <exception cref="FormatException">A duty that there is not, a network that is none, or an id that comes twice.</exception>
    public static LogPolicy Policy(
        IReadOnlyDictionary<string, string> identities, IReadOnlyCollection<string> packages,
        IReadOnlyCollection<string> operators, IReadOnlyCollection<string> networks)
    {
        ArgumentNullException.ThrowIfNull(identities);
        ArgumentNullException.ThrowIfNull(packages);
        ArgumentNullException.ThrowIfNull(operators);
        ArgumentNullException.ThrowIfNull(networks);
        var apps = identities.GroupBy(i => i.Value, i => i.Key, StringComparer.OrdinalIgnoreCase).Select(d => new LogIdentityShape(
            string.Join(',', d.Order(StringComparer.Ordinal)), [Rows, Queue, Host, .. d.SelectMany(Of)], ObjectId: d.Key)).ToList();
        var readers = packages.Select(p => new LogIdentityShape("package", [Package], ObjectId: p));
        var people = operators.Where(o => !apps.Exists(a => o.Equals(a.ObjectId, StringComparison.OrdinalIgnoreCase))).Select(o => new LogIdentityShape(
            "operator", [Leave($"Microsoft.* KeyCreate KeyUpdate VaultGet {Settings}", "*"), Rows], ObjectId: o, Networks: null));
        return LogPolicy.Of(new(1, [.. apps, .. readers, .. people], networks.Count == 0 ? null : [.. networks]));
    }

    private static LogLeaveShape[] Of(string duty) => Leaves.TryGetValue(duty, out var leaves)
        ? leaves
        : throw new FormatException($"There is no duty \"{duty}\".");

    private static LogLeaveShape Leave(string operations, string resources, bool? audited = null) =>
        new(operations.Split(' '), resources.Split(' '), audited);
}
