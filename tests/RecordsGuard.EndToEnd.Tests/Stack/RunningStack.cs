using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using RecordsGuard.Azure;
using RecordsGuard.EndToEnd.Tests.Local;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Vault;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>RecordsGuard.Local as a process, the people who sign in there, and what lies in its storage.</summary>
internal sealed class RunningStack : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<SignedIn>>> people = new();
    private readonly LocalProcess local;
    private readonly DirectoryInfo data;

    private RunningStack(LocalProcess local, DirectoryInfo data, Storehouse stores)
    {
        this.local = local;
        this.data = data;
        Stores = stores;
    }

    public HttpClient Http => local.Http;

    public Storehouse Stores { get; }

    /// <summary>Every line that the hosts and their apps have written so far.</summary>
    public IReadOnlyList<string> Output => local.Output;

    /// <summary>Where everything is, as Local says it.</summary>
    public JsonElement Services { get; private init; }

    public static async Task<RunningStack> StartAsync(
        DirectoryInfo data, IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        await SeededFolder.FillAsync(data);
        var local = await LocalProcess.StartAsync(data, environment, options);
        var services = await local.GetAsync("/.local/services");
        return new(local, data, Storehouse.Open(services, data)) { Services = services };
    }

    /// <summary>Signed in as a person of the local tenants, with a token that serves for the whole run.</summary>
    public Task<SignedIn> PersonAsync(string name) =>
        people.GetOrAdd(name, n => new(() => WithTokenAsync($"person={n}"))).Value;

    /// <summary>With a token as <c>/.local/token</c> makes it of a query.</summary>
    public async Task<SignedIn> WithTokenAsync(string query) => new(Http, await Http.GetStringAsync($"/.local/token?{query}"));

    public SignedIn Nobody() => new(Http, null);

    /// <summary>Somebody whom the list of people lacks: any role, in the tenant of the other practice.</summary>
    public SignedIn Stranger(string role) =>
        new(Http, Tenant().IssueTo(new LocalPerson($"{role}-x", Guid.NewGuid(), LocalTenants.OtherPractice, [role])));

    /// <summary>A token of an identity, as whoever stole it would hold.</summary>
    public string StolenToken(LocalIdentity identity, string resource) => Tenant().IssueTo(identity, resource);

    /// <summary>Has the custodian run the sweep, and waits until the queue function is through.</summary>
    public async Task SweepAsync()
    {
        var custodian = await PersonAsync("custodian-1");
        (await custodian.PostAsync("/api/admin/run/NightlySweep")).Is(202);
        await Until.TrueAsync(() => Stores.IsEmptyAsync("sweep"), "the sweep's message is done");
    }

    /// <summary>The public half of a version of a signing key, as the vault gives it to whoever deployed it.</summary>
    public async Task<ECDsa> PublicKeyAsync(string keyAndVersion)
    {
        using var vault = new HttpClient(LoopbackTransport.CreateHandler(Services.GetProperty("authorityFile").GetString()));
        vault.DefaultRequestHeaders.Authorization = new("Bearer", StolenToken(LocalIdentities.Operator, VaultDoor.Resource));
        using var json = JsonDocument.Parse(await vault.GetStringAsync(
            $"{Services.GetProperty("vault").GetString()}/keys/{keyAndVersion}?api-version=7.4"));
        var key = json.RootElement.GetProperty("key");
        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()) },
        });
    }

    public async Task KillAppAsync()
    {
        using var killed = await Http.PostAsync("/.local/app/kill", null, TestContext.Current.CancellationToken);
        killed.EnsureSuccessStatusCode();
    }

    private LocalTenant Tenant() =>
        LocalTenant.Load(new(Path.Combine(data.FullName, "sign-in")), Http.BaseAddress!, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        await local.DisposeAsync();
    }
}
