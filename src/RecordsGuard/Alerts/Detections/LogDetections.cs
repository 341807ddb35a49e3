namespace RecordsGuard.Alerts.Detections;

/// <summary>
/// The detections over Azure's own logs. Not thresholds: an allow-list (who may do what, where, from where), a join with
/// the audit log, and the settings that keep both true.
/// </summary>
public static class LogDetections
{
    private const string ByPolicy = "Name the identity in the policy, with what it may do.";
    private const string NoTuning = "None: nobody may do this, and each case is looked at.";
    private const string Announced = "An operator who may do it is named in the policy for that operation and resource.";
    private const string StillWeak = "None: also an operator who may write the setting may not weaken it unseen.";
    private const string Suspend = "Find out whose identity it is, take its right away, and list what it touched with this log.";

    // First, because each of the following enters itself.
    private static readonly List<Detection> Entered = [];

    /// <summary>All of them, in the catalogue's order.</summary>
    public static IReadOnlyList<Detection> All => Entered;

    // Blobs, table rows and queue messages.
    public static Detection StorageRead { get; } = Add(
        "storage-read", Severity.Critical, "Stored content was read by an identity that the policy does not know.", Suspend, ByPolicy);

    public static Detection StorageWrite { get; } = Add(
        "storage-write", Severity.Critical, "Something was written into storage around the app: rows, slips and log are trusted because only the app writes them.",
        "Keep the earlier version, compare, and find out whose identity wrote.", ByPolicy);

    public static Detection StorageDelete { get; } = Add(
        "storage-delete", Severity.Critical, "Something was removed around the choke point that looks at holds and schedules.",
        "Restore it from soft delete before that ends, then find out whose identity removed it.", ByPolicy);

    public static Detection StorageLook { get; } = Add(
        "storage-look", Severity.High, "Names, properties or lists were read around the app: what comes before a theft.", Suspend, ByPolicy);

    public static Detection StorageAttempt { get; } = Add(
        "storage-attempt", Severity.High, "Somebody without a right tried, and got nothing.", "Ask whose identity it is and why it tried.", ByPolicy);

    public static Detection StorageAccountKey { get; } = Add(
        "storage-account-key", Severity.Critical, "An account key opens everything and names nobody. No part of the app uses one.",
        "Regenerate both keys, switch shared key access off, and see who listed them.", NoTuning);

    public static Detection StorageSas { get; } = Add(
        "storage-sas", Severity.Critical, "A shared access signature that we did not issue, or not for this.",
        "Regenerate the key or revoke the delegation key that signed it; see who made it.",
        "Signatures that the app issued for its inbox are known from the audit log; another one is named in the policy by its hash.");

    public static Detection StorageAnonymous { get; } = Add(
        "storage-anonymous", Severity.Critical, "Storage answered somebody without any identity: something is open to the world.",
        "Switch anonymous access off for the account, then list what was fetched.", NoTuning);

    public static Detection StorageForeignKey { get; } = Add(
        "storage-foreign-key", Severity.Critical, "A blob is encrypted with a key that its writer brought along: how ransomware locks storage.",
        "Do not overwrite: earlier versions still open. Stop whoever wrote, then restore.", NoTuning);

    public static Detection StorageMassRead { get; } = Add(
        "storage-mass-read", Severity.Critical, "One identity outside the policy read 50 different objects within 15 minutes.",
        "Take its right away at once; each read is an alert of its own.", ByPolicy);

    public static Detection StorageMassDelete { get; } = Add(
        "storage-mass-delete", Severity.Critical, "One identity outside the policy removed 15 different objects within 15 minutes.",
        "Take its right away at once, then restore from soft delete.", ByPolicy);

    // Keys.
    public static Detection VaultKeyUsed { get; } = Add(
        "vault-key-used", Severity.Critical, "A key was used around the app: an unwrap opens records, a signature speaks for the log.", Suspend, ByPolicy);

    public static Detection VaultKeyDeleted { get; } = Add(
        "vault-key-deleted", Severity.Critical, "A key was deleted: without it no record opens.",
        "Recover it before the recovery time ends.", Announced);

    public static Detection VaultKeyPurged { get; } = Add(
        "vault-key-purged", Severity.Critical, "A deleted key was purged: what it wrapped does not open any more.",
        "Find out which key; restore it from backup, and take the rest of the vault for threatened.", NoTuning);

    public static Detection VaultKeyCopied { get; } = Add(
        "vault-key-copied", Severity.Critical, "Key material was backed up, restored, imported or released: another vault may now hold it.",
        "Find the copy; if it cannot be accounted for, rotate all keys of the practice.", Announced);

    public static Detection VaultKeyChanged { get; } = Add(
        "vault-key-changed", Severity.High, "A key was made, changed, rotated or recovered outside the rotation.",
        "Compare the key's versions with the rotation entries of the audit log.", ByPolicy);

    public static Detection VaultSecretRead { get; } = Add(
        "vault-secret-read", Severity.High, "A secret or certificate was read or brought back. The app has none: whoever looks for some is lost or searching.",
        "Ask whose identity it is and why.", ByPolicy);

    public static Detection VaultSecretChanged { get; } = Add(
        "vault-secret-changed", Severity.High, "A secret or certificate was written, deleted or purged. The app has none.",
        "Ask whose identity it is and why.", ByPolicy);

    public static Detection VaultLook { get; } = Add(
        "vault-look", Severity.Medium, "Keys or the vault's settings were read by an identity that the policy does not know.",
        "Ask whose identity it is; name it in the policy if it belongs there.",
        "Azure Resource Graph and Policy Insights may read a vault's settings; others are named in the policy.");

    public static Detection VaultAttempt { get; } = Add(
        "vault-attempt", Severity.High, "The vault refused somebody who had an identity. The 401 that asks for one is no alert.",
        "Ask whose identity it is and why it tried.", ByPolicy);

    // Both.
    public static Detection BeyondDuty { get; } = Add(
        "beyond-duty", Severity.Critical, "One of our identities did what its duty does not do: it may be stolen.",
        "Stop the app of that duty, take the identity's rights away, and follow it through the logs.", "Correct the policy if the duty has changed.");

    public static Detection OutsideNetwork { get; } = Add(
        "outside-network", Severity.Critical, "One of our identities called from where the app does not run: it may be stolen.",
        "Stop the app of that duty, take the identity's rights away, and follow it through the logs.", "Keep the policy's networks those of the app.");

    // The join with the audit log.
    public static Detection EntryMissing { get; } = Add(
        "audit-entry-missing", Severity.Critical, "Our identity read, unwrapped or removed without an audit entry: nobody can say for whom.",
        "Take the identity for stolen: stop its app, take its rights away, and list what it opened; restore what it removed.", NoTuning);

    public static Detection EntryUnfit { get; } = Add(
        "audit-entry-unfit", Severity.Critical, "The audit entry named by a read, unwrap or removal speaks of another record, practice, act or time.",
        "Take the identity for stolen: stop its app, take its rights away, and list what it opened.", NoTuning);

    public static Detection EntryRepeated { get; } = Add(
        "audit-entry-repeated", Severity.Critical, "One audit entry explains one read and one unwrap of a key; this one was used again.",
        "Take the identity for stolen: stop its app, take its rights away, and list what it opened.", NoTuning);

    public static Detection LogBroken { get; } = Add(
        "audit-log-broken", Severity.Critical, "The audit log that reads were to be joined with does not verify.",
        "recordsguard audit verify says where; compare with an earlier copy.", NoTuning);

    // Evidence.
    public static Detection LinesUnreadable { get; } = Add(
        "log-unreadable", Severity.High, "Many lines of a log cannot be read: what they tell is not known.",
        "Look at the file; fetch it again; ask who can write where logs are kept.", "A few broken lines are counted and not alerted.");

    public static Detection ClockSkew { get; } = Add(
        "log-clock-skew", Severity.High, "A line is later than the hour it came in, or than now, or an unwrap does not follow its audit entry at once: two clocks differ.",
        "Compare the clock of the app with true time: what may be destroyed, and which entry explains which act, rest on it.",
        "None: five minutes ahead of now, fifteen past the hour of the file, and one between an entry and its unwrap, are let pass.");

    public static Detection LogSilent { get; } = Add(
        "log-silent", Severity.High, "A log says nothing in hours of the week in which it always did: it may be switched off, or filtered.",
        "See whether its diagnostic settings still send it, and to where; take what happened since for unseen.",
        "None: the rhythm is the log's own of the last four weeks; where something is no longer used, it is told each day for a week.");

    public static Detection EvidenceMissing { get; } = Add(
        "evidence-missing", Severity.High, "Many reads that are in the audit log have no line in Azure's own logs: those lose lines, or somebody takes them out.",
        "See GET /api/alerts/watch for which log and since when; see whether its settings filter; ask Azure.",
        "None: a few are counted and shown, since Azure's logs are best effort.");

    public static Detection DiagnosticsDeleted { get; } = Add(
        "diagnostic-settings-deleted", Severity.Critical, "Logging was switched off: from now on nothing of that resource is seen.",
        "Deploy the settings again, and take all that happened meanwhile for unseen.", Announced);

    public static Detection DiagnosticsWeakened { get; } = Add(
        "diagnostic-settings-weakened", Severity.Critical, "Logging was switched off by writing the settings without it.",
        "Deploy the settings again, and take all that happened meanwhile for unseen.", StillWeak);

    public static Detection DiagnosticsChanged { get; } = Add(
        "diagnostic-settings-changed", Severity.Medium, "Logging settings were written, and the log does not show to what.",
        "Compare them with the deployment's.", Announced);

    public static Detection AlertRouteDeleted { get; } = Add(
        "alert-route-deleted", Severity.High, "An alert rule, an action group or the workspace they look into was deleted: Azure Monitor is quieter now.",
        "Deploy it again; send a test alert through every route.", Announced);

    // Storage settings.
    public static Detection AccountDeleted { get; } = Add(
        "storage-account-deleted", Severity.Critical, "A storage account was deleted with all in it.",
        "Recover the account now: Azure keeps it for some days at best.", Announced);

    public static Detection ContainerDeleted { get; } = Add(
        "storage-container-deleted", Severity.Critical, "A container, table, queue or share was deleted with all in it.",
        "Undelete it before soft delete ends.", Announced);

    public static Detection ContainerChanged { get; } = Add(
        "storage-container-changed", Severity.Medium, "A container was made or its settings changed, and the log does not show to what.",
        "Compare its access level and policies with the deployment's.", Announced);

    public static Detection ContainerOpened { get; } = Add(
        "storage-container-opened", Severity.Critical, "A container was opened to everybody.", "Close it, then look for anonymous reads.", StillWeak);

    public static Detection KeysListed { get; } = Add(
        "storage-keys-listed", Severity.High, "Account keys were read: whoever holds one goes around everything, without a name.",
        "Regenerate both keys; ask who listed them.", Announced);

    public static Detection KeyRegenerated { get; } = Add(
        "storage-key-regenerated", Severity.High, "An account key was made anew, and its maker has seen it.", "Ask who did it and why.", Announced);

    public static Detection SasMade { get; } = Add(
        "storage-sas-made", Severity.High, "A shared access signature, or a key that signs such, was made through the control plane.",
        "Ask who did it and for what; revoke it.", Announced);

    public static Detection AccountChanged { get; } = Add(
        "storage-account-changed", Severity.Medium, "Settings of a storage account were written, and the log does not show to what.",
        "Compare the account with the deployment.", Announced);

    public static Detection SharedKeyOn { get; } = Add(
        "storage-shared-key-on", Severity.High, "Account keys and signatures made with them work from now on.", "Switch it off; see who used a key meanwhile.", StillWeak);

    public static Detection AnonymousOn { get; } = Add(
        "storage-anonymous-on", Severity.Critical, "Containers of the account can be opened to everybody from now on.", "Switch it off; look for opened containers.", StillWeak);

    public static Detection NetworkOpened { get; } = Add(
        "network-opened", Severity.High, "Storage or vault answer the whole internet from now on.", "Close it; look at who called from where meanwhile.", StillWeak);

    public static Detection NetworkRuleAdded { get; } = Add(
        "network-rule-added", Severity.Medium, "An address was let through the firewall of storage or vault.", "Ask whose address it is; take it out again.", Announced);

    public static Detection TransportWeakened { get; } = Add(
        "transport-weakened", Severity.High, "Storage takes plain HTTP or old TLS from now on.", "Set it back.", StillWeak);

    public static Detection SoftDeleteOff { get; } = Add(
        "soft-delete-off", Severity.Critical, "What is deleted from now on is gone: what comes before a destruction.", "Switch it on at once; see what was deleted meanwhile.", StillWeak);

    public static Detection VersioningOff { get; } = Add(
        "versioning-off", Severity.Critical, "What is overwritten from now on is gone.", "Switch it on at once; see what was overwritten meanwhile.", StillWeak);

    public static Detection ImmutabilityRemoved { get; } = Add(
        "immutability-removed", Severity.Critical, "Backups or logs can be changed from now on.", "Set the policy again and lock it; compare what it protected.", Announced);

    public static Detection ImmutabilityChanged { get; } = Add(
        "immutability-changed", Severity.Medium, "An immutability policy was written: an unlocked one can be shortened so.", "Compare it with the deployment's.", Announced);

    public static Detection PermissionsChanged { get; } = Add(
        "storage-permissions-changed", Severity.High, "Owner or permissions of stored files were changed.", "Compare them with the deployment's.", Announced);

    public static Detection EncryptionChanged { get; } = Add(
        "storage-encryption-changed", Severity.High, "Storage was told to encrypt with another key: whoever deletes that key locks the data.",
        "See whose key it is; set it back before it is gone.", StillWeak);

    public static Detection LifecycleChanged { get; } = Add(
        "storage-lifecycle-changed", Severity.High, "A platform rule that removes blobs by itself was changed: it asks no hold.",
        "Compare the rule with the deployment's before it runs, which is once a day.", Announced);

    public static Detection ReplicationChanged { get; } = Add(
        "storage-replication-changed", Severity.High, "Blobs are copied to another account from now on, or no longer.", "See where they go; stop it.", Announced);

    public static Detection LocalUser { get; } = Add(
        "storage-local-user", Severity.High, "A local user of storage was made or its password read, or SFTP or NFS was opened.", "Remove the user; look at what came in.", Announced);

    public static Detection StorageRestored { get; } = Add(
        "storage-restored", Severity.High, "Blobs were set back to an earlier time: what was purged since may be back.",
        "Run the reconciler and replay the log against the tables.", Announced);

    public static Detection BackupRemoved { get; } = Add(
        "storage-backup-removed", Severity.High, "Azure Backup no longer protects a storage account.", "Protect it again; ask who stopped it.", Announced);

    public static Detection ShareWritten { get; } = Add(
        "storage-share-written", Severity.Medium, "A file share was made or changed. The app has none.", "Ask who did it and what is in it.", Announced);

    // Vault settings.
    public static Detection VaultDeleted { get; } = Add(
        "vault-deleted", Severity.Critical, "The vault was deleted: without its keys no record opens.", "Recover it before the recovery time ends.", Announced);

    public static Detection VaultPurged { get; } = Add(
        "vault-purged", Severity.Critical, "A deleted vault was purged: its keys are gone for good.",
        "Find out which vault; restore keys from backup.", NoTuning);

    public static Detection VaultAccessChanged { get; } = Add(
        "vault-access-changed", Severity.High, "Somebody was given access to keys, or keys answer to other rules now.", "Take it back; look for what was unwrapped meanwhile.", Announced);

    public static Detection VaultProtectionOff { get; } = Add(
        "vault-protection-off", Severity.Critical, "Deleted keys can be purged from now on: what comes before a destruction.", "Set it back at once; see what was deleted.", StillWeak);

    public static Detection VaultChanged { get; } = Add(
        "vault-changed", Severity.Medium, "Settings of the vault were written, and the log does not show to what.", "Compare the vault with the deployment.", Announced);

    // Rights and resources.
    public static Detection RoleAssigned { get; } = Add(
        "role-assigned", Severity.High, "Somebody was given a right that may reach records or keys.", "Take it back unless it is the deployment's.", Announced);

    public static Detection RoleChanged { get; } = Add(
        "role-changed", Severity.High, "What a role allows was changed: all who hold it may do that now.", "Compare the role with the deployment's.", Announced);

    public static Detection RoleElevated { get; } = Add(
        "role-elevated", Severity.Critical, "A directory administrator made themselves master of all subscriptions.", "Ask them; take it back.", NoTuning);

    public static Detection LockDeleted { get; } = Add(
        "lock-deleted", Severity.High, "A lock against deletion was removed: what comes before a deletion.", "Set it again.", Announced);

    public static Detection ResourceGroupDeleted { get; } = Add(
        "resource-group-deleted", Severity.Critical, "All in a resource group is being deleted, accounts and vaults included.", "Recover accounts and vault at once.", Announced);

    public static Detection PolicyViolated { get; } = Add(
        "policy-violated", Severity.Low, "Azure Policy says that storage or vault is not as it should be.", "Compare with the deployment.", "Exempt the resource in Azure Policy, with a reason.");

    private static Detection Add(string id, Severity severity, string rationale, string firstAction, string tuning)
    {
        var detection = new Detection(id, severity, rationale, firstAction, tuning, Always: tuning is NoTuning or StillWeak);
        Entered.Add(detection);
        return detection;
    }
}
