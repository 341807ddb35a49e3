using RecordsGuard.App;
using RecordsGuard.Tests.Infra;

namespace RecordsGuard.Tests.App;

/// <summary>The setting, and what each duty reaches.</summary>
public sealed class DutiesTests
{
    public static TheoryData<Duty> Each => [.. Enum.GetValues<Duty>()];

    [Theory]
    [InlineData("ingest", "ingest")]
    [InlineData("alerts,access", "access,alerts")]
    [InlineData(" keys , audit ", "keys,audit")]
    [InlineData("ingest,access,custody,disposition,audit,alerts,keys", "ingest,access,custody,disposition,keys,audit,alerts")]
    public void Duties_are_a_list_in_any_order(string text, string duties)
    {
        var (parsed, complaint) = Duties.Parse(text);

        Assert.Null(complaint);
        Assert.Equal(duties, parsed!.ToString());
        Assert.Equal(parsed.ToString() == Duties.All.ToString(), parsed.AreAll);
        Assert.Equal(text.Contains(',', StringComparison.Ordinal), parsed.AreSeveral);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("ingest,")]
    [InlineData("ingest,ingest")]
    [InlineData("ingest, ingest")]
    [InlineData("Ingest")]
    [InlineData("0")]
    [InlineData("all")]
    [InlineData("ingest;access")]
    [InlineData("ingest,acces")]
    public void An_unknown_empty_or_repeated_duty_is_refused_and_says_what_is_allowed(string? text)
    {
        var (parsed, complaint) = Duties.Parse(text);

        Assert.Null(parsed);
        Assert.Contains($"RecordsGuard:Duties is \"{text}\"", complaint, StringComparison.Ordinal);
        Assert.EndsWith("of ingest,access,custody,disposition,keys,audit,alerts.", complaint, StringComparison.Ordinal);
    }

    /// <summary>What a duty constructs and what Azure lets it call are one list: neither can grow without the other.</summary>
    [Theory]
    [MemberData(nameof(Each))]
    public void A_duty_reaches_what_it_has_a_right_to_and_nothing_else(Duty duty)
    {
        var rights = Rights.Allowed("always", "while keys are rotated", "while rows are restored")
            .Where(r => r.Who == Duties.Name(duty))
            .Aggregate(Reach.Nothing, (all, right) => all | ReachOf(right));

        Assert.Equal(rights, Duties.Of(duty) & ~Reach.Webhook);
    }

    /// <summary>The duty that may not unwrap index keys is told of no address outside but this.</summary>
    [Fact]
    public void Only_alerts_leave_by_the_webhook() =>
        Assert.Equal([Duty.Alerts], Enum.GetValues<Duty>().Where(d => Duties.Of(d).HasFlag(Reach.Webhook)));

    private static Reach ReachOf(Right right) => (right.Kind, right.Where.Split('/')) switch
    {
        ("table", ["records", _]) => Reach.Rows,
        ("table", ["audit", _]) => Reach.Log,
        ("queue", _) => Reach.Queues,
        ("key" or "vault", _) => Reach.Vault,
        ("container", ["records", _]) => Reach.Records,
        ("container", ["slips", _]) => Reach.Slips,
        ("container", ["inbox", _]) => Reach.Inbox,
        ("container", ["logs", _]) => Reach.ResourceLogs,
        ("container", ["audit", _]) => Reach.Tree,
        _ => Reach.Nothing,
    };
}
