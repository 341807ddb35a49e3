using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>A search that finds nothing says something only if it would have found it.</summary>
public sealed class SearchTests
{
    private const string Name = "Zyxqvénka Wobblethörpe";

    private static readonly byte[] Around = RandomNumberGenerator.GetBytes(1000);

    public static TheoryData<string> Forms => ["utf-8", "utf-16", "base64", "base64 + 1", "base64 + 2", "base64url", "url", "form", "json", "hex"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_name_is_found_in_every_form_it_can_take(string form)
    {
        var utf8 = Encoding.UTF8.GetBytes($"client {Name}!");
        byte[] planted = form switch
        {
            "utf-8" => utf8,
            "utf-16" => Encoding.Unicode.GetBytes(Name),
            "base64" => Encoding.ASCII.GetBytes(Convert.ToBase64String(utf8)),
            "base64 + 1" => Encoding.ASCII.GetBytes(Convert.ToBase64String([1, .. utf8])),
            "base64 + 2" => Encoding.ASCII.GetBytes(Convert.ToBase64String([1, 2, .. utf8])),
            "base64url" => Encoding.ASCII.GetBytes(Convert.ToBase64String(utf8).Replace('+', '-').Replace('/', '_')),
            "url" => Encoding.ASCII.GetBytes(Uri.EscapeDataString(Name)),
            "form" => Encoding.ASCII.GetBytes(Uri.EscapeDataString(Name).Replace("%20", "+", StringComparison.Ordinal)),
            "json" => JsonSerializer.SerializeToUtf8Bytes(new { Name }),
            _ => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)),
        };
        var search = new Search(Needle.Text("name", Name));

        Assert.NotEmpty(search.In("here", (byte[])[.. Around, .. planted, .. Around]));
        Assert.Empty(search.In("here", (byte[])[.. Around, .. Around]));
    }

    [Fact]
    public void Thirty_two_bytes_from_anywhere_in_the_content_are_found_and_thirty_one_are_not()
    {
        var content = RandomNumberGenerator.GetBytes(4096);
        var search = new Search(Needle.Content("content", content));
        foreach (var at in new[] { 0, 1, 2, 777, 4096 - 32 })
        {
            var piece = content[at..(at + 32)];

            Assert.NotEmpty(search.In("here", (byte[])[.. Around, .. piece, .. Around]));
            Assert.NotEmpty(search.In("here", Encoding.ASCII.GetBytes(Convert.ToHexString(piece))));
            foreach (var before in new byte[][] { [], [1], [1, 2] })
            {
                Assert.NotEmpty(search.In("here", Encoding.ASCII.GetBytes(Convert.ToBase64String([.. before, .. piece, 9, 9]))));
            }

            Assert.Empty(search.In("here", (byte[])[.. Around, .. piece[..31]]));
        }
    }

    [Fact]
    public void A_plant_in_a_file_of_a_folder_is_found_and_named()
    {
        var folder = Directory.CreateTempSubdirectory("recordsguard-search-");
        try
        {
            File.WriteAllText(Path.Combine(folder.CreateSubdirectory("deep").FullName, "file.log"), $"… {Name} …");

            Assert.Contains(new Search(Needle.Text("name", Name)).In(folder), f => f.Contains("deep/file.log", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
