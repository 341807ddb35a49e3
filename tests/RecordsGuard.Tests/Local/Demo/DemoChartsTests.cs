using RecordsGuard.App.Http;
using RecordsGuard.Local.Demo;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Records;
using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Tests.Local.Demo;

public sealed class DemoChartsTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    public static TheoryData<DateOnly> Days => new(Today, new(2024, 2, 29), new(2027, 1, 1), new(2031, 5, 1));

    [Theory]
    [MemberData(nameof(Days))]
    public void A_chart_stands_as_it_says_on_any_day_and_a_month_around_it(DateOnly today)
    {
        foreach (var chart in DemoCharts.On(today))
        {
            var due = chart.Standing != DemoStanding.Kept;
            foreach (var day in (DateOnly[])[today.AddDays(-28), today, today.AddDays(28)])
            {
                Assert.Equal((chart.Number, due), (chart.Number, chart.Files.Any(f => IsDue(chart, f, day))));
            }
        }
    }

    [Fact]
    public void One_is_held_two_are_due_and_a_bill_in_a_due_chart_is_kept()
    {
        var charts = DemoCharts.On(Today);
        Assert.Equal(8, charts.Count);
        Assert.Single(charts, c => c.Standing == DemoStanding.Held);
        Assert.Equal(2, charts.Count(c => c.Standing == DemoStanding.Due));
        Assert.Contains(charts, c => c.Standing == DemoStanding.Due && c.Files.Any(f => !IsDue(c, f, Today)));
    }

    [Fact]
    public void The_last_chart_is_not_held_and_alike_on_every_day()
    {
        var last = DemoCharts.On(Today)[^1];
        Assert.Equal(DemoStanding.Kept, last.Standing);
        Assert.Equal(last.Files.Select(Bytes), DemoCharts.On(new(2031, 5, 1))[^1].Files.Select(Bytes));
    }

    [Fact]
    public void Everybody_and_every_class_is_known_and_every_file_has_content()
    {
        foreach (var chart in DemoCharts.On(Today))
        {
            Assert.StartsWith(DemoCharts.Prefix, chart.Number, StringComparison.Ordinal);
            Assert.NotNull(LocalPeople.Find(chart.Clinician));
            Assert.All(chart.Files, f =>
            {
                Assert.True(RecordClass.TryParse(f.Class, out _));
                Assert.True(Bytes(f).Length > 100);
                Assert.Null(ContentKind.Contradiction(f.ContentType, Bytes(f).AsSpan(0, ContentKind.Head)));
            });
        }
    }

    private static byte[] Bytes(DemoFile file)
    {
        using var content = file.Content();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static bool IsDue(DemoChart chart, DemoFile file, DateOnly today) =>
        RetentionSchedule.Shipped.Evaluate(
            new("p", chart.Jurisdiction, chart.Profession, chart.LastService, Birthdays.EighteenthIfNeeded(chart.Born, chart.LastService)),
            file.Class, new(today, default, TimeSpan.Zero)) is RetentionAnswer.Until until && until.MayDestroyFrom <= today;
}
