using System.Text.RegularExpressions;

namespace FhirGateway.Packages;

/// <summary>
/// A FHIR package's name and version, written <c>name#version</c>
/// (https://confluence.hl7.org/display/FHIR/NPM+Package+Specification).
/// </summary>
/// <param name="Name">Lower-case dotted name, such as <c>hl7.fhir.us.core</c>; an npm scope (<c>@org/name</c>) is allowed.</param>
/// <param name="Version">An exact version, or in a request a wildcard (<c>6.1.x</c>) or <c>latest</c>.</param>
public sealed partial record PackageId(string Name, string Version)
{
    internal const int MaxVersion = 100;

    /// <summary>Reads <c>name#version</c> or <c>name@version</c>; without a version it means <c>latest</c>.</summary>
    /// <exception cref="PackageException">
    /// The text is not a valid package name: names become folder names, so nothing else is let through.
    /// </exception>
    public static PackageId Parse(string text)
    {
        var split = text.IndexOf('#', StringComparison.Ordinal);
        if (split < 0) split = text.IndexOf('@', text.StartsWith('@') ? 1 : 0);
        var (name, version) = split < 0 ? (text, "latest") : (text[..split], text[(split + 1)..]);
        return Create(name, version);
    }

    /// <summary>As <see cref="Parse"/>; null when the text is not a valid package name.</summary>
    public static PackageId? TryParse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (PackageException)
        {
            return null;
        }
    }

    /// <summary>A checked id. See <see cref="Parse"/>.</summary>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public static PackageId Create(string name, string version)
    {
        if (name.Length > 200 || !NamePattern().IsMatch(name))
        {
            throw new PackageException($"'{Shorten(name)}' is not a package name: expected something like hl7.fhir.us.core.");
        }

        if (version.Length > MaxVersion || !VersionPattern().IsMatch(version))
        {
            throw new PackageException($"'{Shorten(version)}' is not a version of {name}: expected something like 6.1.0, 6.1.x or latest.");
        }

        return new PackageId(name, version);
    }

    /// <summary><c>name#version</c>, the folder's name in the package cache.</summary>
    public override string ToString() => $"{Name}#{Version}";

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    [GeneratedRegex(@"^(@[a-z0-9][a-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\z", RegexOptions.None, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_+-]*(\.[A-Za-z0-9_+*-]+)*\z", RegexOptions.None, 1000)]
    private static partial Regex VersionPattern();
}
