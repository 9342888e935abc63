using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace FhirGateway.Packages.Tests;

/// <summary>Tars that no tool would write, block by block.</summary>
internal static class TarBytes
{
    public static byte[] File(string name, string content, char type = '0') =>
        [.. Header(name, Encoding.UTF8.GetByteCount(content), type), .. Padded(Encoding.UTF8.GetBytes(content))];

    /// <summary>A file whose name is in a pax header before it.</summary>
    public static byte[] PaxFile(string name, string content)
    {
        var record = $" path={name}\n";
        var length = Encoding.UTF8.GetByteCount(record);
        length += (length + 3).ToString(CultureInfo.InvariantCulture).Length;
        return [.. File("pax", length.ToString(CultureInfo.InvariantCulture) + record, 'x'), .. File("short", content)];
    }

    /// <summary>A header block; the size as given, whatever follows.</summary>
    public static byte[] Header(string name, long size, char type = '0', string? sizeField = null)
    {
        var block = new byte[512];
        Encoding.UTF8.GetBytes(name).AsSpan(0, Math.Min(100, Encoding.UTF8.GetByteCount(name))).CopyTo(block);
        Encoding.Latin1.GetBytes(sizeField ?? Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(block, 124);
        block[156] = (byte)type;
        "ustar\0"u8.CopyTo(block.AsSpan(257));
        block.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(block.Sum(value => (int)value), 8).PadLeft(6, '0') + "\0").CopyTo(block, 148);
        return block;
    }

    /// <summary>The blocks gzipped, one after the other, so that not all need be in memory at once.</summary>
    public static MemoryStream Archive(params IEnumerable<byte[]> blocks)
    {
        var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var block in blocks) gzip.Write(block);
        }

        archive.Position = 0;
        return archive;
    }

    private static byte[] Padded(byte[] content)
    {
        Array.Resize(ref content, (content.Length + 511) / 512 * 512);
        return content;
    }
}
