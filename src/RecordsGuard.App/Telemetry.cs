using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RecordsGuard.Alerts;
using RecordsGuard.Records;

namespace RecordsGuard.App;

/// <summary>
/// Traces, metrics and logs: to Azure Monitor if <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is set, to OTLP if
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is. Queries are dropped, because a search names a person; of paths what our routes
/// spell out and well-formed ids are kept, because a caller may write a name where an id belongs.
/// </summary>
internal static class Telemetry
{
    public static void Add(WebApplicationBuilder builder)
    {
        var azure = builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"];
        var otlp = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (string.IsNullOrEmpty(azure) && string.IsNullOrEmpty(otlp))
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("RecordsGuard"))
            .WithTracing(t => t
                .AddAspNetCoreInstrumentation(o =>
                {
                    o.RecordException = false;
                    o.EnrichWithHttpRequest = (activity, _) => activity.SetTag("url.query", null).SetTag("url.path", null);
                    o.EnrichWithHttpResponse = (activity, response) => activity.SetTag("url.path", PlainPath(response.HttpContext));
                })
                .AddHttpClientInstrumentation(o =>
                {
                    o.RecordException = false;
                    o.EnrichWithHttpRequestMessage = (activity, request) =>
                        activity.SetTag("url.full", request.RequestUri?.GetLeftPart(UriPartial.Path));
                }))
            .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation())
            .WithLogging();
        if (!string.IsNullOrEmpty(otlp))
        {
            telemetry.UseOtlpExporter();
        }

        if (!string.IsNullOrEmpty(azure))
        {
            builder.Services.ConfigureOpenTelemetryTracerProvider(t => t.AddAzureMonitorTraceExporter(o => o.ConnectionString = azure));
            builder.Services.ConfigureOpenTelemetryMeterProvider(m => m.AddAzureMonitorMetricExporter(o => o.ConnectionString = azure));
            builder.Services.ConfigureOpenTelemetryLoggerProvider(l => l.AddAzureMonitorLogExporter(o => o.ConnectionString = azure));
        }

        // A filter for one provider outweighs every filter for all: whatever the head says of ASP.NET Core, which logs
        // whole request lines at Information, has to be said again here.
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>("", LogLevel.Warning);
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>("RecordsGuard", LogLevel.Information);
    }

    /// <summary>Null if no route was found.</summary>
    internal static string? PlainPath(HttpContext http) => http.GetEndpoint() is RouteEndpoint { RoutePattern: var pattern }
        ? string.Concat(pattern.PathSegments.Select(s => "/" + string.Concat(s.Parts.Select(p => p switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart value when http.Request.RouteValues[value.Name] is string text && IsId(text) => text,
            _ => "*",
        }))))
        : null;

    private static bool IsId(string text) =>
        PracticeId.TryParse(text, out _) || ClientId.TryParse(text, out _) || RecordId.TryParse(text, out _)
        || HoldId.TryParse(text, out _) || AlertDesk.IsId(text);
}
