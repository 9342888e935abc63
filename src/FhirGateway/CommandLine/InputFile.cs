namespace FhirGateway.CommandLine;

/// <summary>Reads what a command is given, up to a limit: a pipe or a device need not end.</summary>
internal static class InputFile
{
    /// <summary>What commands take, as the validator does.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>The file's bytes.</summary>
    /// <exception cref="InvalidDataException">It is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        using var bytes = new MemoryStream(file.CanSeek ? (int)Math.Min(file.Length, MaxBytes) : 0);
        var buffer = new byte[81_920];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            if (bytes.Length + read > MaxBytes) throw new InvalidDataException($"{path} has more than {MaxBytes} bytes.");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
