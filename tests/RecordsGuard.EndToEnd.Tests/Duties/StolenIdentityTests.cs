using System.Collections.Concurrent;
using System.Text;
using RecordsGuard.Azure;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local.SignIn;
using RecordsGuard.Local.Storage;
using RecordsGuard.Local.Vault;

namespace RecordsGuard.EndToEnd.Tests.Duties;

/// <summary>Somebody has the identity of an app, and tries every door of storage and vault with it.</summary>
[Collection(nameof(SeparateDuties))]
public sealed class StolenIdentityTests(SeparateStack shared) : IDisposable
{
    private const string Api = "api://recordsguard";

    private static readonly string[] Audiences = [StorageGate.Resource, VaultDoor.Resource];

    private readonly RunningStack stack = shared.Stack;
    private readonly HttpClient http = new(LoopbackTransport.CreateHandler(shared.Stack.Services.GetProperty("authorityFile").GetString()));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task A_stolen_identity_opens_its_own_door_and_no_other()
    {
        var tokens = LocalIdentities.Duties.ToDictionary(d => d, d => Audiences.ToDictionary(a => a, a => $"Bearer {stack.StolenToken(d, a)}"));
        var who = new ConcurrentBag<(Attempt Attempt, string Duty, bool Succeeds)>();
        await EachAsync(Attempts.On(stack, shared.Deployment), async attempt =>
        {
            foreach (var (duty, token) in tokens)
            {
                who.Add((attempt, duty.Name, await attempt.SucceedsAsync(http, token[attempt.Audience])));
            }
        });

        var allowed = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Duties", "who-may-do-what.txt"), Stop);
        var found = Table([.. who]);
        Assert.True(
            allowed.Where(l => !l.StartsWith('#')).SequenceEqual(found),
            $"This is not what Duties/who-may-do-what.txt says:\n{string.Join('\n', found)}");
    }

    [Fact]
    public async Task Without_a_token_of_an_apps_own_for_that_very_place_nobody_gets_anything()
    {
        var access = LocalIdentities.Duties.Single(d => d.Name == "access");
        var person = new Dictionary<string, string?>();
        foreach (var audience in Audiences)
        {
            person[audience] = (await stack.WithTokenAsync($"person=owner-1&audience={audience}")).Token;
        }

        using var elsewhere = new TemporaryTenant(stack.Http.BaseAddress!);
        await EachAsync(Attempts.On(stack, shared.Deployment), async attempt =>
        {
            string?[] useless =
            [
                null,
                $"Bearer {person[attempt.Audience]}",
                $"Bearer {stack.StolenToken(access, Audiences.Single(a => a != attempt.Audience))}",
                $"Bearer {stack.StolenToken(access, Api)}",
                $"Bearer {elsewhere.Tenant.IssueTo(access, attempt.Audience)}",
                $"Bearer {stack.StolenToken(LocalIdentities.App, attempt.Audience)}",
                "SharedKey rgrecords:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            ];
            foreach (var authorization in useless)
            {
                Assert.False(await attempt.SucceedsAsync(http, authorization), $"{attempt.Operation} on {attempt.On} with {authorization}");
            }
        });
    }

    [Fact]
    public async Task Who_may_only_add_cannot_overwrite()
    {
        const string Name = "stolen-identity";
        var slips = stack.Stores.Blobs(StorageAccounts.Slips).GetBlobContainerClient("slips");
        var ingest = $"Bearer {stack.StolenToken(LocalIdentities.Duties.Single(d => d.Name == "ingest"), StorageGate.Resource)}";
        Attempt Put(string content, params (string Name, string Value)[] headers) => Attempt.OnStorage(
            "container slips/slips", "create", new(stack.Services.GetProperty("blob").GetString()!), "PUT",
            $"/{StorageAccounts.Slips}/slips/{Name}", content, [("x-ms-blob-type", "BlockBlob"), .. headers]);

        Assert.True(await Put("first").SucceedsAsync(http, ingest));
        Assert.False(await Put("second").SucceedsAsync(http, ingest));
        Assert.False(await Put("third", ("If-Match", "*")).SucceedsAsync(http, ingest));
        Assert.True(await Put("fourth", ("If-None-Match", "*")).SucceedsAsync(http, ingest)); // 409: there is one

        var blob = slips.GetBlobClient(Name);
        Assert.Equal("first", (await blob.DownloadContentAsync(Stop)).Value.Content.ToString());
        await blob.DeleteAsync(cancellationToken: Stop);
    }

    [Fact]
    public async Task What_was_refused_is_in_the_resource_logs()
    {
        var id = Guid.NewGuid().ToString();
        var attempt = Attempt.OnStorage(
            "container slips/slips", "list", new(stack.Services.GetProperty("blob").GetString()!), "GET",
            $"/{StorageAccounts.Slips}/slips?restype=container&comp=list", null, ("x-ms-client-request-id", id));
        var audit = LocalIdentities.Duties.Single(d => d.Name == "audit");
        Assert.False(await attempt.SucceedsAsync(http, $"Bearer {stack.StolenToken(audit, StorageGate.Resource)}"));

        var line = "";
        await Until.TrueAsync(async () => (line = await LineAsync("insights-logs-storageread", id)).Length > 0, "the line is logged");
        Assert.Contains("\"operationName\":\"ListBlobs\"", line, StringComparison.Ordinal);
        Assert.Contains("\"statusCode\":403", line, StringComparison.Ordinal);
        Assert.Contains("\"statusText\":\"AuthorizationPermissionMismatch\"", line, StringComparison.Ordinal);
        Assert.Contains($"\"objectId\":\"{audit.ObjectId:D}\"", line, StringComparison.Ordinal);
        Assert.Contains("\"result\":\"Denied\"", line, StringComparison.Ordinal);
        Assert.Contains("\"action\":\"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read\"", line, StringComparison.Ordinal);
    }

    private static Task EachAsync(IEnumerable<Attempt> attempts, Func<Attempt, Task> run) => Parallel.ForEachAsync(
        attempts, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Stop }, (a, _) => new(run(a)));

    /// <summary>
    /// Of each kind, what was tried; then things of which the same is true, and below them who may do what. What is not
    /// named there, nobody may.
    /// </summary>
    private static List<string> Table(IReadOnlyList<(Attempt Attempt, string Duty, bool Succeeds)> outcomes)
    {
        var lines = new List<string>();
        foreach (var kind in outcomes.GroupBy(o => o.Attempt.On.Split(' ')[0]).OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            lines.Add($"{kind.Key}: {string.Join(", ", kind.Select(o => o.Attempt.Operation).Distinct().Order(StringComparer.Ordinal))}");
            foreach (var alike in kind.GroupBy(o => o.Attempt.On).OrderBy(t => t.Key, StringComparer.Ordinal).GroupBy(Rights, t => t.Key.Split(' ')[^1]))
            {
                lines.AddRange(alike.Select(thing => $"  {thing}"));
                lines.Add(alike.Key);
            }
        }

        return [.. string.Join('\n', lines).Split('\n')];
    }

    private static string Rights(IEnumerable<(Attempt Attempt, string Duty, bool Succeeds)> thing)
    {
        // An operation that was tried in several ways, alone and in a transaction, has one answer.
        var operations = thing.GroupBy(o => o.Attempt.Operation).OrderBy(o => o.Key, StringComparer.Ordinal)
            .Select(o => (Operation: o.Key, Duties: Duties(o))).ToList();
        var lines = operations.Where(o => o.Duties.Length > 0).GroupBy(o => o.Duties, o => o.Operation).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"    {g.Key,-51} {Text([.. g], [.. operations.Select(o => o.Operation)])}").ToList();
        return lines.Count == 0 ? "    nobody" : string.Join('\n', lines);
    }

    private static string Text(string[] operations, string[] all) => operations.Length > 4 && operations.Length == all.Length - 1
        ? $"everything but: {all.Except(operations).Single()}"
        : string.Join(", ", operations);

    private static string Duties(IEnumerable<(Attempt Attempt, string Duty, bool Succeeds)> outcomes)
    {
        var duties = new List<string>();
        foreach (var duty in outcomes.GroupBy(o => o.Duty).OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            Assert.Single(duty.Select(d => d.Succeeds).Distinct());
            if (duty.First().Succeeds)
            {
                duties.Add(duty.Key);
            }
        }

        return string.Join(' ', duties);
    }

    private async Task<string> LineAsync(string container, string id)
    {
        var logs = stack.Stores.Blobs(StorageAccounts.Logs).GetBlobContainerClient(container);
        if (!await logs.ExistsAsync(Stop))
        {
            return "";
        }

        await foreach (var blob in logs.GetBlobsAsync(cancellationToken: Stop))
        {
            var content = (await logs.GetBlobClient(blob.Name).DownloadContentAsync(Stop)).Value.Content;
            var line = Encoding.UTF8.GetString(content).Split('\n').FirstOrDefault(l => l.Contains(id, StringComparison.Ordinal));
            if (line is not null)
            {
                return line;
            }
        }

        return "";
    }

    /// <summary>Another key that signs the same claims.</summary>
    private sealed class TemporaryTenant : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-tenant-");

        public TemporaryTenant(Uri host) => Tenant = LocalTenant.Load(folder, host, TimeProvider.System);

        public LocalTenant Tenant { get; }

        public void Dispose() => folder.Delete(recursive: true);
    }
}
