using System.Globalization;
using RecordsGuard.Access;
using RecordsGuard.Alerts.Detections;
using RecordsGuard.Records;

namespace RecordsGuard.Alerts.People;

/// <summary>What one look at a client's file comes to.</summary>
/// <param name="Explained">By what, such as <c>assigned</c> or <c>request</c>; null: by nothing.</param>
/// <param name="Points">Rank of what has no explanation; zero of what has one.</param>
public sealed record Look(string? Explained, int Points, IReadOnlyList<Finding> Findings)
{
    public static Look Quiet { get; } = new("", 0, []);
}

/// <summary>
/// Judges each look at a client's file that was admitted, by its explanation. What a current assignment, covering,
/// supervision, a task, an own upload, broken glass, an open request or disclosure or care that goes on explains, is quiet
/// and costs one read; the rest is ranked, and the rank goes into the entry that tells of the look, so that
/// <see cref="LookWatch"/> finds slow series. One's own file and a mark of the client's are told whatever explains them.
/// </summary>
public sealed class Snooping(IRecordStore store, LookTerms terms, TimeProvider time)
{
    private static readonly TimeSpan Part = TimeSpan.FromMinutes(10);

    // What whole roles do all day: it explains no look at one's own family.
    private const string Lately = "seen-lately";
    private const string Keeping = "record-keeping";

    private static readonly Operation[] Looks =
    [
        Operation.ReadContent, Operation.ReadRecord, Operation.ListRecords, Operation.ExportRecord, Operation.SeeDisclosures, Operation.SeeConsents,
        Operation.SeeRelationships, Operation.ReadAccounting, Operation.SeeFacts,
    ];

    private static readonly Relationship[] Explaining =
        [Relationship.Covering, Relationship.Supervisor, Relationship.CustodianTask, Relationship.OwnUpload, Relationship.BreakGlass];

    /// <summary>Findings are to be stored before anything is shown.</summary>
    public async Task<Look> JudgeAsync(Admission admission, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(admission);
        if (!Looks.Contains(admission.Request.Operation) || admission.ClientRow is not { } clientRow)
        {
            return Look.Quiet;
        }

        var now = time.GetUtcNow();
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(admission.Practice.Zone)).DateTime;
        var (isEx, isLately) = Care(clientRow.As<ClientFacts>(), DateOnly.FromDateTime(local));
        var explained = ByRelationship(admission, isEx, isLately) ?? await ByPapersAsync(admission, cancel);
        var kin = (await Relatives.OfAsync(store, admission.Request.Practice, admission.Request.Caller.Id.Object, cancel))
            .TryGetValue(admission.Request.Client!.Value, out var near) ? near : (Kin?)null;
        var findings = new List<Finding>();
        if (kin == Kin.Self)
        {
            findings.Add(Found(PeopleDetections.SelfLookUp, admission, now, "The client bears the person's own name."));
        }

        if (kin == Kin.Family && explained is (null or Lately or Keeping))
        {
            findings.Add(Found(PeopleDetections.FamilyLookUp, admission, now, "The client bears a name of the person's family, and nothing explains the look."));
        }

        var off = !terms.IsOpen(local);
        if (explained is not null)
        {
            return new(explained, 0, findings);
        }

        if (isEx)
        {
            findings.Add(Found(PeopleDetections.ExClient, admission, now, $"The last service is more than {terms.ExClientDays} days ago, and no request or disclosure is open."));
        }

        if (off)
        {
            findings.Add(Found(PeopleDetections.OffHours, admission, now, "Outside the practice's hours, and nothing explains the look."));
        }

        var points = 1 + (isEx ? 1 : 0) + (off ? 1 : 0) + (admission.Request.Operation == Operation.ReadContent ? 1 : 0) + (kin is null ? 0 : 3);
        return new(null, points, findings);
    }

    /// <summary>
    /// A search shows names, and whoever types one looks for it: if it finds no more than <see cref="LookTerms.Sought"/>, and
    /// the person or their family is among them to whom they have no relationship, that is a look.
    /// </summary>
    public async Task<IReadOnlyList<Finding>> JudgeSearchAsync(Admission admission, IReadOnlyList<ClientId> found, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(admission);
        ArgumentNullException.ThrowIfNull(found);
        if (found.Count is 0 || found.Count > terms.Sought)
        {
            return [];
        }

        var (practice, caller) = (admission.Request.Practice, admission.Request.Caller.Id);
        var near = await Relatives.OfAsync(store, practice, caller.Object, cancel);
        return
        [
            .. found.Where(near.ContainsKey).Select(c => (Client: c, Kin: near[c])).Select(n =>
                (n.Kin == Kin.Self ? PeopleDetections.SelfLookUp : PeopleDetections.FamilyLookUp).Found(
                    practice.ToString(), caller.ToString(), n.Client.ToString(), null, "A search by name found them among few.", PartOf(time.GetUtcNow()))),
        ];
    }

    /// <summary>Ended so long ago that an assignment explains nothing; or going on.</summary>
    private (bool IsEx, bool IsLately) Care(ClientFacts facts, DateOnly today) => facts.LastService is { } last
        ? (today.DayNumber - last.DayNumber > terms.ExClientDays, today.DayNumber - last.DayNumber <= terms.SeenLatelyDays)
        : (false, false);

    private static string? ByRelationship(Admission admission, bool isEx, bool isLately)
    {
        var all = admission.Question.Relationships;
        return all.Contains(Relationship.Assigned) && !isEx ? Relationship.Assigned.Word()
            : all.Where(Explaining.Contains).Select(r => r.Word()).FirstOrDefault() is { } word ? word

            // Who reads by an assignment that has outlived the care is to have a reason besides.
            : all.Contains(Relationship.Assigned) ? null
            : isLately && admission.Question.Roles.Contains(Roles.FrontDesk) ? Lately
            : !isLately && admission.Question.Roles.Contains(Roles.Custodian) ? Keeping
            : null;
    }

    /// <summary>An open request about the file, or a disclosure that may still go out.</summary>
    private async Task<string?> ByPapersAsync(Admission admission, CancellationToken cancel)
    {
        var (partition, now) = (admission.ClientRow!.Partition, time.GetUtcNow());
        await foreach (var row in store.ListAsync(Table.Access, partition, Keys.Requests, cancel))
        {
            if (row.As<RequestFacts>().AnsweredAt is null)
            {
                return "request";
            }
        }

        await foreach (var row in store.ListAsync(Table.Access, partition, Keys.Disclosures, cancel))
        {
            if (now < row.As<DisclosureFacts>().Until)
            {
                return "disclosure";
            }
        }

        return null;
    }

    /// <summary>The evidence is when, to a part of an hour: a player that asks for a recording's parts makes one, and looks later in the day more.</summary>
    private static Finding Found(Detection detection, Admission admission, DateTimeOffset now, string because) => detection.Found(
        admission.Request.Practice.ToString(), admission.Request.Caller.Id.ToString(), admission.Request.Client?.ToString(),
        admission.Request.Record?.ToString(), because,
        PartOf(now));

    private static string PartOf(DateTimeOffset now) =>
        new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Part.Ticks), TimeSpan.Zero).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
}
