using Microsoft.AspNetCore.Http.Features;
using RecordsGuard.Local.Host;
using Yarp.ReverseProxy.Forwarder;

namespace RecordsGuard.Local;

/// <summary>
/// Azure Front Door on one machine: one address, behind which each request goes to the app whose duty it is. Nothing is
/// changed, kept or tried again.
/// </summary>
internal sealed class DutyProxy : IAsyncDisposable
{
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromMinutes(5) };

    private readonly DutyRoutes routes = DutyRoutes.Load();
    private readonly HttpMessageInvoker client = new(
        new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });

    private readonly WebApplication web;
    private readonly LocalApps apps;

    private DutyProxy(WebApplication web, LocalApps apps)
    {
        this.web = web;
        this.apps = apps;
    }

    /// <param name="localRoutes">What Local answers itself.</param>
    /// <param name="apps">May be started afterwards: they need what is answered here.</param>
    public static async Task<DutyProxy> StartAsync(
        int port, Action<WebApplication> localRoutes, LocalApps apps, CancellationToken cancellationToken)
    {
        var proxy = new DutyProxy(LocalWeb.Create(port, services => services.AddHttpForwarder()), apps);
        localRoutes(proxy.web);
        AdminRoutes.Map(proxy.web, apps.RunNow);
        proxy.web.Map("/{**path}", proxy.AnswerAsync);
        await proxy.web.StartAsync(cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (apps.AddressOf(routes.DutyOf(context.Request.Method, context.Request.Path)) is not { } address)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        // How long a body may be is the app's business.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var forwarder = web.Services.GetRequiredService<IHttpForwarder>();
        await forwarder.SendAsync(context, address, client, Config, AsSent.Instance);
    }

    /// <summary>Path and query stay as they came: what is percent-encoded once must not be so twice.</summary>
    private sealed class AsSent : HttpTransformer
    {
        private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

        public static AsSent Instance { get; } = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = new(
                destinationPrefix + httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, in Verbatim);
            proxyRequest.Headers.Host = null;
        }
    }
}
