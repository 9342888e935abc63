using System.Buffers.Text;
using System.Text;

namespace FhirGateway.Packages;

/// <summary>A regular file in a tar.</summary>
/// <param name="Name">As the archive has it: nothing is said about where it may go.</param>
/// <param name="Size">Bytes that <see cref="TarFiles.Read"/> gives of it.</param>
internal readonly record struct TarFile(string Name, long Size);

/// <summary>
/// Reads a tar as it streams: ustar with the long names of pax and GNU. .NET's own reader takes a name of any length, two
/// gigabytes from a few kilobytes of gzip, into memory.
/// </summary>
/// <param name="archive">The tar, not compressed.</param>
internal sealed class TarFiles(Stream archive)
{
    private const int BlockSize = 512;
    private const int MaxHeader = 64 * 1024;

    private readonly byte[] _block = new byte[BlockSize];
    private bool _hasBegun;
    private long _left;
    private int _padding;

    /// <summary>The next file, what is left of the one before passed over; null at the end.</summary>
    /// <exception cref="PackageException">The archive is damaged, or holds what no package needs.</exception>
    public TarFile? Next()
    {
        (string? longName, long? longSize) = (null, null);
        while (true)
        {
            Skip(_left + _padding);
            if (!ReadBlock()) return null;
            var size = longSize ?? Number(_block.AsSpan(124, 12));
            _left = size;
            _padding = (int)((BlockSize - (size % BlockSize)) % BlockSize);
            var name = longName ?? HeaderName();
            switch ((char)_block[156])
            {
                case '0' or '\0' or '7' when !name.EndsWith('/'):
                    return new TarFile(name, size);
                case '1' or '2' or '3' or '4' or '6':
                    throw new PackageException(
                        $"The package holds a link or device, which no FHIR package needs: {PackageException.Shown(name)}");
                case 'x':
                    (longName, longSize) = Pax(ReadHeader());
                    break;
                case 'L':
                    longName = Text(ReadHeader());
                    break;
                default:
                    (longName, longSize) = (null, null);
                    break;
            }
        }
    }

    /// <summary>Reads on in the file that <see cref="Next"/> gave; 0 at its end.</summary>
    /// <exception cref="PackageException">The archive ends before the file does.</exception>
    public int Read(Span<byte> into)
    {
        if (_left == 0) return 0;
        var read = archive.Read(into[..(int)Math.Min(into.Length, _left)]);
        if (read == 0) throw Damaged();
        _left -= read;
        return read;
    }

    private static PackageException Damaged() => new("The package is damaged: it is not a readable gzipped tar.");

    // False at the end: a block of zeros, or nothing more.
    private bool ReadBlock()
    {
        var read = archive.ReadAtLeast(_block, BlockSize, throwOnEndOfStream: false);
        if (read == 0 && _hasBegun) return false;
        if (read < BlockSize) throw Damaged();
        _hasBegun = true;
        if (!_block.AsSpan().ContainsAnyExcept((byte)0)) return false;
        var sum = 8 * ' ';
        for (var i = 0; i < BlockSize; i++) sum += i is >= 148 and < 156 ? 0 : _block[i];
        return sum == Number(_block.AsSpan(148, 8)) ? true : throw Damaged();
    }

    private string HeaderName()
    {
        var name = Text(_block.AsSpan(0, 100));
        var isUstar = _block.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        return isUstar && Text(_block.AsSpan(345, 155)) is { Length: > 0 } prefix ? $"{prefix}/{name}" : name;
    }

    // A header's own content: a name, or pax's records.
    private byte[] ReadHeader()
    {
        if (_left > MaxHeader) throw new PackageException("The package has a name that is too long.");
        var content = new byte[_left];
        for (var at = 0; at < content.Length;) at += Read(content.AsSpan(at));
        return content;
    }

    // Records are "LENGTH KEY=VALUE\n".
    private static (string? Path, long? Size) Pax(ReadOnlySpan<byte> records)
    {
        (string? path, long? size) = (null, null);
        while (!records.IsEmpty)
        {
            if (!Utf8Parser.TryParse(records, out int length, out var digits) || length <= digits + 1 || length > records.Length)
            {
                throw Damaged();
            }

            var record = records[(digits + 1)..length].TrimEnd((byte)'\n');
            if (record.StartsWith("path="u8)) path = Encoding.UTF8.GetString(record["path="u8.Length..]);
            if (record.StartsWith("size="u8))
            {
                size = Utf8Parser.TryParse(record["size="u8.Length..], out long bytes, out _) && bytes >= 0 ? bytes : throw Damaged();
            }

            records = records[length..];
        }

        return (path, size);
    }

    private void Skip(long bytes)
    {
        var buffer = bytes > 0 ? new byte[Math.Min(bytes, 81_920)] : [];
        while (bytes > 0)
        {
            var read = archive.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes));
            if (read == 0) throw Damaged();
            bytes -= read;
        }

        (_left, _padding) = (0, 0);
    }

    // Octal digits between blanks and zeros. The binary form is for sizes from 8 GB.
    private static long Number(ReadOnlySpan<byte> field)
    {
        var number = 0L;
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') throw Damaged();
            number = (number << 3) + (digit - '0');
        }

        return number;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
