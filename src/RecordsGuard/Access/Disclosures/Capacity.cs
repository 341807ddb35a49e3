using RecordsGuard.Records;

namespace RecordsGuard.Access.Disclosures;

/// <summary>In which capacity somebody signs a release for a client, or takes the client's own copy.</summary>
public enum Capacity
{
    Client,
    Parent,
    Guardian,

    /// <summary>Of somebody who has died: executor or administrator, who holds the privilege.</summary>
    PersonalRepresentative,

    PowerOfAttorney,
}

/// <summary>All that says who may decide for a client.</summary>
/// <param name="Born">Null: a joint chart, whose members decide each for themselves.</param>
public sealed record ClientStanding(string Jurisdiction, DateOnly? Born, bool HasDied)
{
    private const int Adult = 18;

    /// <summary>The first day on which the client is of age where the practice is.</summary>
    public DateOnly? Majority => Born?.AddYearsRollingForward(MajorityAge);

    private int MajorityAge => Verified("majority") is { Age: { } age } ? age : Adult;

    /// <summary>What lets a minor of this age decide alone; null: nothing that was read, or not yet, or not any more.</summary>
    public LegalFact? MinorConsent(DateOnly today) =>
        IsMinor(today) && Verified("minor-consent") is { Age: { } age } fact && Born!.Value.AddYearsRollingForward(age) <= today ? fact : null;

    public bool IsMinor(DateOnly today) => Majority is { } majority && today < majority;

    private LegalFact? Verified(string about) => LegalFacts.For(Jurisdiction, about).Facts.FirstOrDefault(f => f.IsVerified && f.Age is not null);
}

/// <summary>Who may decide for a client, as of a day; pure. Not legal advice.</summary>
public static class Capacities
{
    public static IReadOnlyList<string> AllWords { get; } = Words.All<Capacity>();

    public static string Word(this Capacity capacity) => Words.Kebab(capacity);

    public static Capacity? Parse(string? word) => Words.Parse<Capacity>(word);

    /// <summary>Why nobody in this capacity decides for the client on that day, and what to do; null: they may.</summary>
    public static string? Complaint(this Capacity capacity, ClientStanding client, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(client);
        var minor = client.IsMinor(today);
        return (capacity, client.HasDied, minor) switch
        {
            (Capacity.PersonalRepresentative, false, _) => "A personal representative acts for somebody who has died; this client has not.",
            (not Capacity.PersonalRepresentative, true, _) =>
                "The client has died: their personal representative decides, who holds the privilege. Ask for the paper of the court that says who that is.",
            (Capacity.Client, _, true) when client.MinorConsent(today) is null =>
                $"The client is a minor until {client.Majority:yyyy-MM-dd}: a parent with custody or a guardian decides.",
            (Capacity.PowerOfAttorney, _, true) => $"A minor (until {client.Majority:yyyy-MM-dd}) gives no power of attorney: a parent with custody or a guardian decides.",
            (Capacity.Parent, _, false) when client.Majority is { } majority =>
                $"The client is of age since {majority:yyyy-MM-dd}: they decide themselves, or a guardian whom a court has named.",
            _ => null,
        };
    }
}
