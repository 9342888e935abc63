using System.CommandLine;
using FhirGateway.Packages;

namespace FhirGateway.CommandLine;

/// <summary>Where packages are kept and where they come from: the same for every command that uses packages.</summary>
internal sealed class PackageOptions
{
    private readonly Option<DirectoryInfo?> _cache = new("--cache") { Description = "The package cache; ~/.fhir/packages unless said" };

    private readonly Option<Uri[]> _registries = new("--registry")
    {
        Description = "Base URL of a package registry, once per registry in order of asking; the public FHIR registries unless said",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = parsed =>
        {
            var urls = new List<Uri>();
            foreach (var token in parsed.Tokens)
            {
                if (Uri.TryCreate(token.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") urls.Add(url);
                else parsed.AddError($"\"{token.Value}\" is not the URL of a registry: it begins with https://.");
            }

            return [.. urls];
        },
    };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_cache);
        command.Add(_registries);
        return command;
    }

    /// <summary>The cache that was asked for.</summary>
    public PackageCache Cache(ParseResult parsed) =>
        parsed.GetValue(_cache) is { } folder ? new PackageCache(folder.FullName) : PackageCache.OfUser();

    /// <summary>Brings packages and all they depend on into the cache.</summary>
    /// <exception cref="PackageException">A registry can't be asked, or an archive can't be trusted.</exception>
    public async Task<PackageLock> RestoreAsync(
        ParseResult parsed, IEnumerable<PackageId> wanted, PackageLock? locked, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { Timeout = TimeSpan.FromMinutes(5) };
        var registries = parsed.GetValue(_registries) is { Length: > 0 } urls ? urls : PackageRegistry.PublicRegistries;
        var restore = new PackageRestore(Cache(parsed), new PackageRegistry(http, registries));
        return await restore.RestoreAsync(wanted, locked, Console.Error.WriteLine, cancellationToken);
    }
}
