using Microsoft.Extensions.Time.Testing;
using RecordsGuard.Local.Host;

namespace RecordsGuard.Tests.Local.Host;

public sealed class ErrorBudgetTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2031, 5, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_third_error_is_one_too_many()
    {
        var errors = new ErrorBudget(time);

        Assert.Equal([true, true, false], [errors.Spend(), errors.Spend(), errors.Spend()]);
    }

    [Fact]
    public void Thirty_quiet_minutes_forgive_what_was_before()
    {
        var errors = new ErrorBudget(time);
        errors.Spend();
        errors.Spend();

        time.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal([true, true, false], [errors.Spend(), errors.Spend(), errors.Spend()]);
    }
}
