using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Tests.Infra;

namespace RecordsGuard.EndToEnd.Tests.Duties;

/// <summary>Every operation on every thing that the compiled template deploys: what is added there is tried by itself.</summary>
internal static class Attempts
{
    private const string Storage = "Microsoft.Storage/storageAccounts";
    private const string Nothing = "nobody-has-this-name";

    // One byte more than an RSA-3072 modulus, and a digest: the first opens nothing, the second signs only a zero.
    private static readonly string Wrapped = $$"""{"alg":"RSA-OAEP-256","value":"{{new string('A', 514)}}"}""";
    private static readonly string Digest = $$"""{"alg":"ES256","value":"{{new string('A', 43)}}"}""";

    public static IReadOnlyList<Attempt> On(RunningStack stack, Deployment deployment)
    {
        Uri Service(string name) => new(stack.Services.GetProperty(name).GetString()!);
        string Place(Resource r) => $"{deployment.Purpose(r.Name.Split('/')[0])}/{r.LastName}";
        var (blob, queue, table, vault) = (Service("blob"), Service("queue"), Service("table"), Service("vault"));
        var accounts = deployment.Accounts.Select(a => deployment.Purpose(a.Name)).Order(StringComparer.Ordinal).ToList();
        return
        [
            .. deployment.OfType($"{Storage}/tableServices/tables").Select(Place).Order(StringComparer.Ordinal).SelectMany(t => Table(table, t)),
            .. deployment.OfType($"{Storage}/queueServices/queues").Select(Place).Order(StringComparer.Ordinal).SelectMany(q => Queue(queue, q)),
            .. deployment.OfType($"{Storage}/blobServices/containers").Select(Place)
                .Concat(accounts.Where(a => a.StartsWith('h')).Select(a => $"{a}/azure-webjobs-hosts"))
                .Order(StringComparer.Ordinal).SelectMany(c => Container(blob, c)),
            .. accounts.SelectMany(a => Account(blob, queue, table, a)),
            .. deployment.OfType("Microsoft.KeyVault/vaults/keys").Select(k => k.LastName).Order(StringComparer.Ordinal).SelectMany(k => Key(vault, k)),
            Attempt.OnVault("vault", "list keys", vault, "GET", "/keys"),
            Attempt.OnVault("vault", "list deleted keys", vault, "GET", "/deletedkeys"),
            Attempt.OnVault("vault", "create a key", vault, "POST", $"/keys/{Nothing}/create", "{}"),
        ];
    }

    private static IEnumerable<Attempt> Table(Uri service, string place)
    {
        var (account, name) = Split(place);
        var row = $"/{account}/{name}(PartitionKey='p',RowKey='{Nothing}')";
        (string Operation, string Method, string Target, string? IfMatch, string? Body)[] calls =
        [
            ("read", "GET", $"{row}", null, null),
            ("insert", "POST", $"/{account}/{name}", null, "[]"),
            ("replace", "PUT", row, "W/\"none\"", "[]"),
            ("merge", "MERGE", row, "W/\"none\"", "[]"),
            ("insert or replace", "PUT", row, null, "[]"),
            ("insert or merge", "MERGE", row, null, "[]"),
            ("delete", "DELETE", row, "W/\"none\"", null),
        ];
        foreach (var call in calls)
        {
            (string, string)[] headers = call.IfMatch is null ? [] : [("If-Match", call.IfMatch)];
            yield return Attempt.OnStorage($"table {place}", call.Operation, service, call.Method, call.Target, call.Body, headers);
            yield return Attempt.InTransaction($"table {place}", call.Operation, service, account, call.Method, call.Target, call.IfMatch);
        }

        yield return Attempt.OnStorage($"table {place}", "list", service, "GET", $"/{account}/{name}()?$filter=PartitionKey%20eq%20'{Nothing}'");
        yield return Attempt.OnStorage($"table {place}", "delete the table", service, "DELETE", $"/{account}/Tables('{name}')");
        yield return Attempt.OnStorage($"table {place}", "set its policies", service, "PUT", $"/{account}/{name}?comp=acl", "");
    }

    private static IEnumerable<Attempt> Queue(Uri service, string place)
    {
        var (account, name) = Split(place);
        var messages = $"/{account}/{name}/messages";
        Attempt Call(string operation, string method, string target, string? body = null) =>
            Attempt.OnStorage($"queue {place}", operation, service, method, target, body);
        yield return Call("add", "POST", messages, "<not-a-message/>");
        yield return Call("take", "GET", $"{messages}?numofmessages=1&visibilitytimeout=-1");
        yield return Call("peek", "GET", $"{messages}?peekonly=true");
        yield return Call("renew", "PUT", $"{messages}/{Nothing}?popreceipt=AA&visibilitytimeout=1", "");
        yield return Call("delete a taken one", "DELETE", $"{messages}/{Nothing}?popreceipt=AA");
        yield return Call("count", "GET", $"/{account}/{name}?comp=metadata");
        yield return Call("clear", "DELETE", messages);
        yield return Call("delete the queue", "DELETE", $"/{account}/{name}");
        yield return Call("create the queue", "PUT", $"/{account}/{name}");
    }

    private static IEnumerable<Attempt> Container(Uri service, string place)
    {
        var (account, name) = Split(place);
        var blob = $"/{account}/{name}/{Nothing}";
        Attempt Call(string operation, string method, string target, string? body = null, params (string, string)[] headers) =>
            Attempt.OnStorage($"container {place}", operation, service, method, target, body, headers);
        yield return Call("list", "GET", $"/{account}/{name}?restype=container&comp=list&prefix={Nothing}");
        yield return Call("read", "GET", blob);
        yield return Call("read a version", "GET", $"{blob}?versionid=2020-01-01T00:00:00.0000000Z");
        yield return Call("read tags", "GET", $"{blob}?comp=tags");
        yield return Call("create", "PUT", blob, "", ("x-ms-blob-type", "NoSuchType"));
        yield return Call("write a block", "PUT", $"{blob}?comp=block&blockid=*", "");
        yield return Call("commit blocks", "PUT", $"{blob}?comp=blocklist", "<not-blocks/>");
        yield return Call("change metadata", "PUT", $"{blob}?comp=metadata");
        yield return Call("change tags", "PUT", $"{blob}?comp=tags", "<not-tags/>");
        yield return Call("lease", "PUT", $"{blob}?comp=lease", null, ("x-ms-lease-action", "acquire"), ("x-ms-lease-duration", "15"));
        yield return Call("delete", "DELETE", blob);
        yield return Call("undelete", "PUT", $"{blob}?comp=undelete");
        yield return Call("delete a version", "DELETE", $"{blob}?versionid=2020-01-01T00:00:00.0000000Z");
        yield return Call("delete for good", "DELETE", $"{blob}?versionid=2020-01-01T00:00:00.0000000Z&deletetype=permanent");
        yield return Call("change immutability", "DELETE", $"{blob}?comp=immutabilityPolicies");
        yield return Call("lift a legal hold", "PUT", $"{blob}?comp=legalhold", null, ("x-ms-legal-hold", "false"));
        yield return Call("delete the container", "DELETE", $"/{account}/{name}?restype=container");
        yield return Call("set its policies", "PUT", $"/{account}/{name}?restype=container&comp=acl");
    }

    private static IEnumerable<Attempt> Account(Uri blob, Uri queue, Uri table, string purpose)
    {
        var account = $"rg{purpose}";
        Attempt Call(string operation, Uri service, string method, string target, string? body = null) =>
            Attempt.OnStorage($"account {purpose}", operation, service, method, $"/{account}{target}", body);
        yield return Call("sign SAS as itself", blob, "POST", "/?restype=service&comp=userdelegationkey", "<not-a-key/>");
        yield return Call("list containers", blob, "GET", "/?comp=list");
        yield return Call("list queues", queue, "GET", "/?comp=list");
        yield return Call("list tables", table, "GET", "/Tables");
        yield return Call("create a container", blob, "PUT", $"/{Nothing}?restype=container&timeout=x");
        yield return Call("create a queue", queue, "PUT", $"/{Nothing}?timeout=x");
        yield return Call("create a table", table, "POST", "/Tables", "[]");
        yield return Call("change soft delete", blob, "PUT", "/?restype=service&comp=properties", "<not-properties/>");
    }

    private static IEnumerable<Attempt> Key(Uri vault, string name)
    {
        Attempt Call(string operation, string method, string target, string? body = null) =>
            Attempt.OnVault($"key {name}", operation, vault, method, $"/{target}", body);
        yield return Call("read the public half", "GET", $"keys/{name}");
        yield return Call("unwrap", "POST", $"keys/{name}/unwrapkey", Wrapped);
        yield return Call("decrypt", "POST", $"keys/{name}/decrypt", Wrapped);
        yield return Call("sign", "POST", $"keys/{name}/sign", Digest);
        yield return Call("wrap", "POST", $"keys/{name}/wrapkey", "{}");
        yield return Call("rotate", "POST", $"keys/{name}/rotate");
        yield return Call("make a version", "POST", $"keys/{name}/create", "{}");
        yield return Call("disable", "PATCH", $"keys/{name}", "[]");
        yield return Call("change its rotation", "PUT", $"keys/{name}/rotationpolicy", "[]");
        yield return Call("delete", "DELETE", $"keys/{name}");
        yield return Call("recover", "POST", $"deletedkeys/{name}/recover");
        yield return Call("purge", "DELETE", $"deletedkeys/{name}");
    }

    private static (string Account, string Name) Split(string place) => place.Split('/') is [var account, var name]
        ? ($"rg{account}", name)
        : throw new ArgumentException(place, nameof(place));
}
