using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RecordsGuard.Tests.Attacks;

/// <summary>
/// AES-GCM does not commit to its key: a tag is linear in the ciphertext, so one block can be chosen such that the same
/// bytes have the same tag under two keys (NIST SP 800-38D §6.4 has the hash; blocks are polynomials over GF(2), the
/// highest bit first).
/// </summary>
internal static class GcmCollision
{
    private const int Block = 16;

    /// <summary>Ciphertext ‖ tag that both keys accept under this IV of 12 bytes. Its last block is what makes it so.</summary>
    public static byte[] Make(byte[] first, byte[] second, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> associatedData, int blocks)
    {
        var ciphertext = RandomNumberGenerator.GetBytes(blocks * Block);
        ciphertext.AsSpan(^Block..).Clear();
        var (a, b) = (new Side(first, iv), new Side(second, iv));

        // tag = hash + mask, and the last block X adds X·H² to the hash: solve for equal tags.
        var apart = a.Tag(associatedData, ciphertext) ^ b.Tag(associatedData, ciphertext);
        var weight = Multiply(a.H, a.H) ^ Multiply(b.H, b.H);
        BinaryPrimitives.WriteUInt128BigEndian(ciphertext.AsSpan(^Block..), Multiply(apart, Inverse(weight)));
        var tag = new byte[Block];
        BinaryPrimitives.WriteUInt128BigEndian(tag, a.Tag(associatedData, ciphertext));
        return [.. ciphertext, .. tag];
    }

    private static UInt128 Multiply(UInt128 x, UInt128 y)
    {
        UInt128 product = 0;
        for (var i = 127; i >= 0; i--)
        {
            product ^= ((x >> i) & 1) == 1 ? y : 0;
            y = (y >> 1) ^ ((y & 1) == 1 ? (UInt128)0xE1 << 120 : 0);
        }

        return product;
    }

    /// <summary>x to the power of 2¹²⁸ - 2.</summary>
    private static UInt128 Inverse(UInt128 x)
    {
        var result = (UInt128)1 << 127;
        for (var i = 0; i < 127; i++)
        {
            x = Multiply(x, x);
            result = Multiply(result, x);
        }

        return result;
    }

    private sealed class Side
    {
        private readonly UInt128 mask;

        public Side(byte[] key, ReadOnlySpan<byte> iv)
        {
            using var aes = Aes.Create();
            aes.Key = key;
            H = BinaryPrimitives.ReadUInt128BigEndian(aes.EncryptEcb(new byte[Block], PaddingMode.None));
            mask = BinaryPrimitives.ReadUInt128BigEndian(aes.EncryptEcb([.. iv, 0, 0, 0, 1], PaddingMode.None));
        }

        public UInt128 H { get; }

        public UInt128 Tag(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext)
        {
            var hash = Absorb(Absorb(0, associatedData), ciphertext);
            var lengths = ((UInt128)(ulong)(associatedData.Length * 8) << 64) | (ulong)(ciphertext.Length * 8);
            return Multiply(hash ^ lengths, H) ^ mask;
        }

        private UInt128 Absorb(UInt128 hash, ReadOnlySpan<byte> bytes)
        {
            Span<byte> block = stackalloc byte[Block];
            for (; bytes.Length > 0; bytes = bytes[Math.Min(Block, bytes.Length)..])
            {
                block.Clear();
                bytes[..Math.Min(Block, bytes.Length)].CopyTo(block);
                hash = Multiply(hash ^ BinaryPrimitives.ReadUInt128BigEndian(block), H);
            }

            return hash;
        }
    }
}
