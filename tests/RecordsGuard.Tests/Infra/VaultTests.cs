using RecordsGuard.Envelopes;
using RecordsGuard.Records;
using RecordsGuard.Retention.Purging;

namespace RecordsGuard.Tests.Infra;

[Collection(nameof(Deployments))]
public sealed class VaultTests(Deployments deployments)
{
    private static readonly string[] Practices = ["north", "south", "harbour-clinic"];

    [Fact]
    public void The_vault_knows_roles_only_and_nothing_in_it_can_be_purged()
    {
        foreach (var vault in deployments.Every.Select(Vault))
        {
            Assert.Equal("premium", vault.Text("sku.name"));
            Assert.True(vault.Flag("enableRbacAuthorization"));
            Assert.True(vault.Flag("enableSoftDelete"));
            Assert.True(vault.Flag("enablePurgeProtection"));
            Assert.Equal(90, vault.Number("softDeleteRetentionInDays"));
            Assert.False(vault.Has("accessPolicies"));
        }
    }

    [Fact]
    public void The_vault_is_closed_to_networks_that_are_not_listed() =>
        Assert.All(deployments.Every.Select(Vault), v => Assert.Equal("Deny", v.Text("networkAcls.defaultAction")));

    [Fact]
    public void Every_key_that_the_program_names_is_there()
    {
        var keys = Keys(deployments.LargeGroup).Select(k => k.LastName).ToList();

        Assert.Contains(PublicKeys.SlipBackup, keys);
        Assert.Contains(Certificate.SigningKey, keys);
        Assert.All(Practices.Select(PracticeId.Parse), p =>
        {
            Assert.Contains(PublicKeys.ContentKekOf(p), keys);
            Assert.Contains(IndexKeys.KekOf(p), keys);
        });
    }

    [Fact]
    public void Keys_wrap_with_3072_bits_or_sign_on_P_256_and_never_both()
    {
        foreach (var (deployment, hsm) in new[] { (deployments.LargeGroup, "-HSM"), (deployments.SmallPractice, "") })
        {
            Assert.All(Keys(deployment), key =>
            {
                var operations = key.At("keyOps").EnumerateArray().Select(o => o.GetString()).ToList();
                if (key.LastName is "certificates" or "log-checkpoints")
                {
                    Assert.Equal($"EC{hsm}", key.Text("kty"));
                    Assert.Equal("P-256", key.Text("curveName"));
                    Assert.Equal(["sign", "verify"], operations);
                }
                else
                {
                    Assert.Equal($"RSA{hsm}", key.Text("kty"));
                    Assert.Equal(3072, key.Number("keySize"));
                    Assert.Equal(["wrapKey", "unwrapKey"], operations);
                }

                Assert.False(key.Flag("attributes.exportable"));
            });
        }
    }

    private static Resource Vault(Deployment deployment) => deployment.OfType("Microsoft.KeyVault/vaults").Single();

    private static IReadOnlyList<Resource> Keys(Deployment deployment) => deployment.OfType("Microsoft.KeyVault/vaults/keys");
}
