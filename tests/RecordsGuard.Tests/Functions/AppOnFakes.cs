using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecordsGuard.Access.Policy;
using RecordsGuard.Alerts;
using RecordsGuard.App;
using RecordsGuard.Audit;
using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Tests.Attacks;
using RecordsGuard.Tests.Retention;

namespace RecordsGuard.Tests.Functions;

/// <summary>The whole app, every duty of it, listening on loopback; behind it are the fakes of a practice.</summary>
internal static class AppOnFakes
{
    /// <param name="vault">Instead of the practice's own.</param>
    /// <param name="log">Instead of the practice's own.</param>
    /// <param name="policy">Instead of the shipped one.</param>
    public static async Task<WebApplication> StartAsync(
        PracticeUnderTest practice, IKeyVault? vault = null, ILogStore? log = null, AccessPolicy? policy = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. HeadSettings.ArgumentsOf(RecordsGuard.App.Duties.All)] });
        builder.Logging.ClearProviders();
        RecordsGuardApp.AddServices(builder);
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<TimeProvider>(practice.Time);
        builder.Services.AddSingleton<IRecordStore>(practice.Rows);
        builder.Services.AddSingleton<IBlobStore>(practice.Blobs);
        builder.Services.AddSingleton(vault ?? practice.Vault);
        builder.Services.AddSingleton(log ?? practice.Log);
        builder.Services.AddSingleton<ILogIndex>(practice.Index);
        builder.Services.AddSingleton<ITreeStore>(practice.Tree);
        builder.Services.AddSingleton<IWorkQueue>(practice.Queue);
        builder.Services.AddSingleton<IReadOnlyList<IAlertRoute>>([practice.Route]);
        builder.Services.AddAuthentication(SaidSignIn.Name).AddScheme<AuthenticationSchemeOptions, SaidSignIn>(SaidSignIn.Name, null);
        if (policy is not null)
        {
            builder.Services.AddSingleton(policy);
        }

        var app = builder.Build();
        RecordsGuardApp.MapRoutes(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
