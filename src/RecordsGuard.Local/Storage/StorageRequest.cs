using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;

namespace RecordsGuard.Local.Storage;

/// <summary>
/// One storage request as its sender wrote it, in path style (<c>/account/container/blob</c>). What is signed is the
/// target as sent, so it is kept as text and never put together again from decoded parts.
/// </summary>
/// <param name="Target">Path and query, percent-encoded as sent.</param>
/// <param name="Path">The path alone, as sent.</param>
/// <param name="Account">The first segment; empty if there is none.</param>
/// <param name="Resource">What follows the account, decoded, without a leading slash: <c>container/blob</c>.</param>
internal sealed partial record StorageRequest(
    StorageService Service, string Method, string Target, string Path, string Account, string Resource,
    IQueryCollection Query, IHeaderDictionary Headers)
{
    /// <summary>The account and what follows it, as resource logs name it: <c>/account/container/blob</c>.</summary>
    public string ObjectKey => Resource.Length == 0 ? "/" + Account : $"/{Account}/{Resource}";

    /// <returns>Null if the target is not a path (a proxy request, or <c>*</c>).</returns>
    public static StorageRequest? From(StorageService service, HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            return null;
        }

        var path = target.Split('?', 2)[0];
        var parts = Uri.UnescapeDataString(path[1..]).Split('/', 2);
        return new(
            service, context.Request.Method, target, path, parts[0], parts.Length > 1 ? parts[1].TrimEnd('/') : "",
            context.Request.Query, context.Request.Headers);
    }

    /// <summary>The target with the signature of a SAS taken out, as resource logs have it.</summary>
    public string Redacted() => Signature().Replace(Target, "$1=XXXXX");

    // The service decodes parameter names too, so s%69g is a signature like any other.
    [GeneratedRegex("(?<=[?&])((?:s|%[57]3)(?:i|%[46]9)(?:g|%[46]7))=[^&]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Signature();
}
