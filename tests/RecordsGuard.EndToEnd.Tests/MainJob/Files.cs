using System.Security.Cryptography;
using System.Text;

namespace RecordsGuard.EndToEnd.Tests.MainJob;

/// <summary>Contents to upload. Random where it matters that no byte repeats.</summary>
internal static class Files
{
    public const int MiB = 1 << 20;

    /// <summary>Marks, bidi controls, astral planes and both normal forms: what real notes hold.</summary>
    public static byte[] Text { get; } = Encoding.UTF8.GetBytes("Séance du 3 mars — « rêve récurrent »\nשלום\n🧠 e\u0301 é\n");

    public static byte[] Pdf { get; } = Encoding.ASCII.GetBytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    public static byte[] Binary(int length) => RandomNumberGenerator.GetBytes(length);
}
