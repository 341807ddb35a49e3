using System.Security.Cryptography;
using System.Text;
using RecordsGuard.EndToEnd.Tests.Crashes;

namespace RecordsGuard.EndToEnd.Tests.Leaks;

/// <summary>Private keys and tokens of a stack: each may be in its own file and nowhere else.</summary>
internal static class KeyMaterial
{
    /// <summary>The files that hold keys because they are there to hold keys.</summary>
    public static bool IsKept(FileInfo file) =>
        file.Extension == ".pkcs8" || file.Name is "server.key.pem" or "storage-keys";

    /// <param name="appEnvironment">The app's environment as /proc shows it: it holds the identity endpoint's secret.</param>
    public static IEnumerable<Shape> Shapes(DirectoryInfo data, StackUnderTest stack, string appEnvironment)
    {
        foreach (var file in data.EnumerateFiles("*", SearchOption.AllDirectories).Where(IsKept))
        {
            foreach (var secret in Private(file))
            {
                foreach (var shape in Needle.Content($"key of {Path.GetRelativePath(data.FullName, file.FullName)}", secret))
                {
                    yield return shape;
                }
            }
        }

        var identity = appEnvironment.Split('\0').Single(v => v.StartsWith("IDENTITY_HEADER=", StringComparison.Ordinal)).Split('=', 2)[1];
        foreach (var (what, text) in stack.Tokens.Select(t => ("token", t)).Append(("identity header", identity)))
        {
            yield return new(what, Encoding.ASCII.GetBytes(text), Math.Min(text.Length, 40));
        }

        yield return new("any token", "eyJhbGciOi"u8.ToArray(), 10);
        yield return new("any private key", "PRIVATE KEY-----"u8.ToArray(), 16);
        yield return new("any bearer header", "Bearer eyJ"u8.ToArray(), 10);
    }

    private static IEnumerable<byte[]> Private(FileInfo file)
    {
        if (file.Name == "storage-keys")
        {
            return File.ReadLines(file.FullName).Select(l => Convert.FromBase64String(l.Split(':', 2)[1]));
        }

        if (file.Name == "server.key.pem")
        {
            using var server = ECDsa.Create();
            server.ImportFromPem(File.ReadAllText(file.FullName));
            return [server.ExportParameters(true).D!];
        }

        var pkcs8 = File.ReadAllBytes(file.FullName);
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            var parameters = rsa.ExportParameters(true);
            return [parameters.D!, parameters.P!, parameters.Q!];
        }
        catch (CryptographicException)
        {
            using var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(pkcs8, out _);
            return [ec.ExportParameters(true).D!];
        }
    }
}
