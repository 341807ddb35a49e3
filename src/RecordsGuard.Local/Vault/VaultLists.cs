using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace RecordsGuard.Local.Vault;

/// <summary>Lists of keys, versions and deleted keys, in pages of at most 25 with an absolute link to the next.</summary>
internal sealed class VaultLists(VaultAddress address, VaultKeyStore store, VaultBundles bundles)
{
    private const int MostPerPage = 25;

    public VaultAnswer Keys(IQueryCollection query) => Page(
        [.. store.All.Where(k => k.Deleted is null).Select(k => bundles.Item(k, null))], $"{address.Base}/keys", query);

    public VaultAnswer DeletedKeys(IQueryCollection query) => Page(
        [.. store.All.Where(k => k.Deleted is not null).Select(k => bundles.Item(k, null))],
        $"{address.Base}/deletedkeys",
        query);

    public VaultAnswer Versions(string name, IQueryCollection query) => store.Find(name) is { Deleted: null } key
        ? Page([.. key.Versions.Select(v => bundles.Item(key, v))], address.Key(key.Name) + "/versions", query)
        : VaultAnswer.NotFound(name);

    private static VaultAnswer Page(IReadOnlyList<KeyItemShape> items, string path, IQueryCollection query)
    {
        int most = MostPerPage;
        if (query.TryGetValue("maxresults", out var asked)
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out most)
                || most is < 1 or > MostPerPage))
        {
            return VaultAnswer.BadParameter("maxresults must be a number from 1 to 25.");
        }

        // A page follows the id that ended the one before: what is added or purged meanwhile shifts nothing.
        int from = 0;
        if (query.TryGetValue("$skiptoken", out var token))
        {
            string last = Base64Url.IsValid(token.ToString())
                ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.ToString()))
                : "";
            from = items.TakeWhile(i => i.Kid != last).Count() + 1;
            if (from > items.Count)
            {
                return VaultAnswer.BadParameter("The $skiptoken is not valid.");
            }
        }

        IReadOnlyList<KeyItemShape> page = [.. items.Skip(from).Take(most)];
        string? next = from + page.Count < items.Count && page.Count > 0
            ? $"{path}?api-version={Uri.EscapeDataString(query["api-version"].ToString())}&maxresults={most}"
                + $"&$skiptoken={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(page[^1].Kid))}"
            : null;
        return VaultAnswer.Ok(new(page, next), VaultJson.Default.KeyListShape, path);
    }
}
