using RecordsGuard.Local.Storage;

namespace RecordsGuard.Tests.Local.Storage;

public sealed class StorageAccountsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recordsguard-accounts-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Keys_are_made_once_and_are_the_owners_alone()
    {
        var first = StorageAccounts.Load(folder);
        var second = StorageAccounts.Load(folder);

        Assert.Equal(first.ForAzurite, second.ForAzurite);
        Assert.Equal(StorageAccounts.Names.Count, StorageAccounts.Names.Select(first.Key).Distinct().Count());
        Assert.DoesNotContain("devstoreaccount1", first.ForAzurite, StringComparison.Ordinal);
        var file = Assert.Single(folder.EnumerateFiles());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }
    }

    [Fact]
    public void An_account_that_a_later_version_adds_gets_a_key_and_the_others_keep_theirs()
    {
        var before = StorageAccounts.Load(folder);
        var file = folder.EnumerateFiles().Single().FullName;
        File.WriteAllLines(file, File.ReadLines(file).Where(l => !l.StartsWith(StorageAccounts.Slips, StringComparison.Ordinal)).ToList());

        var after = StorageAccounts.Load(folder);

        Assert.Equal(before.Key(StorageAccounts.Records), after.Key(StorageAccounts.Records));
        Assert.NotEqual(before.Key(StorageAccounts.Slips), after.Key(StorageAccounts.Slips));
    }

    [Fact]
    public void Two_data_folders_have_different_keys()
    {
        var other = folder.CreateSubdirectory("other");
        Assert.NotEqual(StorageAccounts.Load(folder).Key(StorageAccounts.Records), StorageAccounts.Load(other).Key(StorageAccounts.Records));
    }
}
