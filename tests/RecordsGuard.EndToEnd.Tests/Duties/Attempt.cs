using System.Net.Http.Headers;
using System.Text;
using RecordsGuard.EndToEnd.Tests.Stack;
using RecordsGuard.Local.Storage;
using RecordsGuard.Local.Vault;

namespace RecordsGuard.EndToEnd.Tests.Duties;

/// <summary>
/// One call that a thief could make. It is aimed at what is not there, or is malformed: who may make it learns that and
/// nothing happens; who may not is refused before anybody looks.
/// </summary>
/// <param name="On">Kind and name, such as <c>table records/Clients</c>.</param>
/// <param name="Audience">What a token must be for.</param>
/// <param name="Operation">What it would do.</param>
internal sealed record Attempt(string On, string Operation, string Audience, Func<HttpRequestMessage> Request)
{
    private static readonly string[] Refusals =
    [
        "AuthorizationPermissionMismatch", "UnauthorizedBlobOverwrite", "NoAuthenticationInformation", "InvalidAuthenticationInfo",
        "KeyBasedAuthenticationNotPermitted", "\"ForbiddenByRbac\"", "\"Unauthorized\"",
    ];

    /// <summary>Whether whoever holds this is let in.</summary>
    /// <param name="authorization">The header; null: none.</param>
    public async Task<bool> SucceedsAsync(HttpClient http, string? authorization)
    {
        using var request = Request();
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        if ((int)response.StatusCode is not (401 or 403))
        {
            return true;
        }

        // A refusal must be one for want of a right, and give nothing away but that.
        var said = response.Headers.TryGetValues("x-ms-error-code", out var codes)
            ? codes.Single()
            : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(Refusals.Any(r => said.Contains(r, StringComparison.Ordinal)), $"{Operation} on {On}: {said}");
        return false;
    }

    public static Attempt OnStorage(
        string on, string operation, Uri service, string method, string target, string? body = null, params (string Name, string Value)[] headers) =>
        new(on, operation, StorageGate.Resource, () =>
        {
            var request = Make(new(service, target), method, body, "application/json");
            request.Headers.Add("x-ms-version", "2025-07-05");
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            return request;
        });

    /// <summary>A transaction of one part.</summary>
    public static Attempt InTransaction(string on, string operation, Uri service, string account, string method, string target, string? ifMatch) =>
        new(on, operation, StorageGate.Resource, () =>
        {
            var condition = ifMatch is null ? "" : $"If-Match: {ifMatch}\r\n";
            var request = Make(new(service, $"/{account}/$batch"), "POST", string.Join(
                "\r\n",
                "--batch_1", "Content-Type: multipart/mixed; boundary=changeset_1", "",
                "--changeset_1", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
                $"{method} {new Uri(service, target).AbsoluteUri} HTTP/1.1",
                $"{condition}Accept: application/json;odata=minimalmetadata", "Content-Type: application/json", "DataServiceVersion: 3.0", "",
                "{}", "--changeset_1--", "--batch_1--", ""), "text/plain");
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/mixed; boundary=batch_1");
            request.Headers.Add("x-ms-version", "2019-02-02");
            return request;
        });

    public static Attempt OnVault(string on, string operation, Uri vault, string method, string target, string? body = null) =>
        new(on, operation, VaultDoor.Resource, () => Make(new(vault, $"{target}?api-version=2025-07-01"), method, body, "application/json"));

    private static HttpRequestMessage Make(Uri uri, string method, string? body, string type) => new(new(method), uri)
    {
        Content = body is null ? null : new StringContent(body, Encoding.UTF8, type),
    };
}
