using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using RecordsGuard.App;

namespace RecordsGuard.Tests.App;

/// <summary>Telemetry starts with each of its targets, with both, and with none.</summary>
public sealed class TelemetryTests
{
    private const string Azure = "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://127.0.0.1:1/";

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "http://127.0.0.1:1")]
    [InlineData(Azure, null)]
    [InlineData(Azure, "http://127.0.0.1:1")]
    public async Task The_providers_are_built(string? azure, string? otlp)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = azure,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp,
        });
        Telemetry.Add(builder);
        await using var app = builder.Build();
        Assert.Equal(azure is null && otlp is null, app.Services.GetService<TracerProvider>() is null);
    }
}
