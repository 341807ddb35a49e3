namespace RecordsGuard.Local.Vault;

/// <summary>Creating, changing, rotating, deleting, recovering and purging keys.</summary>
internal sealed class VaultKeyLife(VaultKeyStore store, VaultBundles bundles, LocalVaultOptions options)
{
    private long Now => options.Time.GetUtcNow().ToUnixTimeSeconds();

    public VaultAnswer Create(string name, CreateShape? asked)
    {
        if (VaultKeyKind.Check(asked) is { } refusal)
        {
            return refusal;
        }

        // Generated outside the store's lock: an RSA key takes a good part of a second. A conflict wastes it.
        if (Refuse(store.Find(name)) is { } conflict)
        {
            return conflict;
        }

        var kind = VaultKeyKind.Of(asked!);
        var material = kind.Generate();
        return store.Change(name, key => Add(
            name, key, kind.NewVersion(material, Now, asked!.Attributes, asked.Tags)));
    }

    public VaultAnswer Get(string name, string? version) => store.Find(name) is { Deleted: null } key
        ? key.Find(version) is { } found ? bundles.Answer(key, found) : VaultAnswer.NotFound(name, version)
        : VaultAnswer.NotFound(name, version);

    public VaultAnswer Update(string name, string? version, UpdateShape? asked)
    {
        if (asked is null)
        {
            return VaultAnswer.BadParameter("The request has no body.");
        }

        return store.Change(name, key =>
        {
            if (key is not { Deleted: null } || key.Find(version) is not { } old)
            {
                return (null, VaultAnswer.NotFound(name, version));
            }

            var changed = old with
            {
                Operations = asked.Operations ?? old.Operations,
                Enabled = asked.Attributes?.Enabled ?? old.Enabled,
                NotBefore = asked.Attributes?.NotBefore ?? old.NotBefore,
                Expires = asked.Attributes?.Expires ?? old.Expires,
                Tags = asked.Tags ?? old.Tags,
                Updated = Now,
            };
            if (VaultKeyKind.Check(changed.Kty, changed.Operations, changed.NotBefore, changed.Expires) is { } refusal)
            {
                return (null, refusal);
            }

            var next = key.With(changed);
            return (next, bundles.Answer(next, changed));
        });
    }

    public VaultAnswer Rotate(string name)
    {
        if (store.Find(name) is not { Deleted: null } found)
        {
            return VaultAnswer.NotFound(name);
        }

        var kind = VaultKeyKind.Of(found.Current);
        var material = kind.Generate();
        return store.Change(name, key =>
        {
            if (key is not { Deleted: null })
            {
                return (null, VaultAnswer.NotFound(name));
            }

            var expires = VaultRotation.Expiry(key.Policy) is { } span
                ? options.Time.GetUtcNow().Add(span).ToUnixTimeSeconds()
                : (long?)null;
            var attributes = new AttributesShape(true, null, expires, null, null, null, null, null);
            return Add(name, key, kind.NewVersion(material, Now, attributes, key.Current.Tags));
        });
    }

    public VaultAnswer Delete(string name) => store.Change(name, key =>
    {
        if (key is not { Deleted: null })
        {
            return (null, VaultAnswer.NotFound(name));
        }

        long purge = options.Time.GetUtcNow().AddDays(options.SoftDeleteDays).ToUnixTimeSeconds();
        var next = key with { Deleted = new(Now, purge) };
        return (next, bundles.Answer(next, next.Current));
    });

    public VaultAnswer GetDeleted(string name) => store.Find(name) is { Deleted: not null } key
        ? bundles.Answer(key, key.Current)
        : VaultAnswer.NotFound(name);

    public VaultAnswer Recover(string name) => store.Change(name, key =>
    {
        if (key is not { Deleted: not null })
        {
            return (null, VaultAnswer.NotFound(name));
        }

        var next = key with { Deleted = null };
        return (next, bundles.Answer(next, next.Current));
    });

    public VaultAnswer Purge(string name)
    {
        if (store.Find(name) is not { Deleted: not null })
        {
            return VaultAnswer.NotFound(name);
        }

        if (options.PurgeProtection)
        {
            return VaultAnswer.Forbidden(
                "Operation \"purge\" is not allowed because purge protection is enabled for this vault.", "ForbiddenByPolicy");
        }

        return store.Purge(name, k => k.Deleted is not null) ? VaultAnswer.Empty : VaultAnswer.NotFound(name);
    }

    /// <summary>The service's own purge, when the days of soft delete are over.</summary>
    public void PurgeOverdue(string name)
    {
        if (store.Find(name)?.Deleted?.ScheduledPurge <= Now)
        {
            store.Purge(name, k => k.Deleted?.ScheduledPurge <= Now);
        }
    }

    private static VaultAnswer? Refuse(VaultKey? key) => key is { Deleted: not null }
        ? VaultAnswer.Conflict(
            $"Key {key.Name} is currently in a deleted but recoverable state, and its name cannot be reused; "
                + "in this state, the key can only be recovered or purged.",
            "ObjectIsDeletedButRecoverable")
        : null;

    private (VaultKey? Next, VaultAnswer Answer) Add(string name, VaultKey? key, VaultKeyVersion version)
    {
        if (Refuse(key) is { } refusal)
        {
            return (null, refusal);
        }

        var next = key is null
            ? new VaultKey(name, [version], null, null)
            : key with { Versions = [.. key.Versions, version] };
        return (next, bundles.Answer(next, version));
    }
}
