using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace RecordsGuard.App;

/// <summary>
/// Traces, metrics and logs: to Azure Monitor if <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is set, to OTLP if
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is. Queries are dropped, because a search names a person; paths hold ids only.
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
                    o.EnrichWithHttpRequest = (activity, _) => activity.SetTag("url.query", null);
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

        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>("", LogLevel.Information);
    }
}
