using RecordsGuard.Audit.Tree;
using RecordsGuard.Envelopes;

namespace RecordsGuard.App;

/// <summary>Signs checkpoints with the log's key in the vault; its public half is asked for once a version.</summary>
internal sealed class CheckpointSigner(IKeyVault vault)
{
    private (KeyVersion Version, byte[] Info)? known;

    public async Task<DigestSignature> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel)
    {
        var signed = await vault.SignAsync(LogSettings.SigningKey, digest, Guid.NewGuid().ToString("D"), cancel);
        if (known is not { } key || key.Version != signed.Key)
        {
            known = key = (signed.Key, await vault.GetSigningKeyAsync(signed.Key, cancel));
        }

        return new(signed.Value, key.Info);
    }
}
