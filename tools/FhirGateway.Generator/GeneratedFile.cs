using System.Text;

namespace FhirGateway.Generator;

/// <summary>
/// One file that the generator writes: its path from the repository's root, with forward slashes, and its text with LF line ends.
/// </summary>
public sealed record GeneratedFile(string Path, string Text)
{
    private static readonly UTF8Encoding WithoutMark = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Writes the files under <paramref name="root"/>, and deletes whatever else lay in their folders: a type that is gone leaves no file
    /// behind.
    /// </summary>
    public static void Replace(string root, IReadOnlyList<GeneratedFile> files)
    {
        var written = files.Select(
            file => System.IO.Path.GetFullPath(System.IO.Path.Combine(root, file.Path))).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in written.Select(path => System.IO.Path.GetDirectoryName(path)!).Distinct())
        {
            Directory.CreateDirectory(folder);
            foreach (var stale in Directory.EnumerateFiles(folder).Where(path => !written.Contains(path))) File.Delete(stale);
        }

        foreach (var file in files) File.WriteAllText(System.IO.Path.Combine(root, file.Path), file.Text, WithoutMark);
    }
}
