using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Packages;

namespace FhirGateway.CommandLine;

/// <summary>
/// <c>packages restore|list|add|pack</c>: the FHIR packages a folder's <c>package.json</c> builds on, and the package it is itself.
/// </summary>
internal static class PackagesCommand
{
    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create() =>
        new("packages", "Restores, lists, adds and packs FHIR packages.") { Restore(), List(), Add(), Pack() };

    private static Command Restore()
    {
        var options = new PackageOptions();
        var folder = Folder();
        var command = options.AddTo(
            new Command("restore", "Brings all that package.json depends on into the cache, as locked.") { folder });
        command.SetAction((parsed, cancellationToken) => RunAsync(async () =>
            await RestoreAsync(options, parsed, parsed.GetRequiredValue(folder).FullName, relock: null, cancellationToken)));
        return command;
    }

    private static Command List()
    {
        var options = new PackageOptions();
        var command = options.AddTo(new Command("list", "Lists the packages in the cache."));
        command.SetAction((parsed, _) => RunAsync(() =>
        {
            foreach (var id in options.Cache(parsed).List()) Console.Out.WriteLine(id);
            return Task.FromResult(0);
        }));
        return command;
    }

    private static Command Add()
    {
        var options = new PackageOptions();
        var package = new Argument<string>("PACKAGE") { Description = "NAME, NAME#VERSION or NAME#6.1.x" };
        var folder = Folder();
        var command = options.AddTo(new Command("add", "Adds a package to package.json and restores.") { package, folder });
        command.SetAction((parsed, cancellationToken) => RunAsync(async () =>
        {
            var wanted = PackageId.Parse(parsed.GetRequiredValue(package));
            var root = parsed.GetRequiredValue(folder).FullName;
            var manifest = JsonNode.Parse(await File.ReadAllBytesAsync(ManifestPath(root), cancellationToken)) as JsonObject
                ?? throw new PackageException("package.json is not a JSON object.");
            if (manifest["dependencies"] is not JsonObject dependencies) manifest["dependencies"] = dependencies = [];
            dependencies[wanted.Name] = wanted.Version;

            // Written only once the package was found: a manifest that can't be restored helps nobody.
            var found = await options.RestoreAsync(parsed, [wanted], null, cancellationToken);
            if (found.Missing.Contains(wanted)) throw new PackageException($"{wanted} is in no registry: package.json stays as it was.");
            await File.WriteAllTextAsync(ManifestPath(root), manifest.ToJsonString(Pretty) + "\n", cancellationToken);
            return await RestoreAsync(options, parsed, root, relock: wanted.Name, cancellationToken);
        }));
        return command;
    }

    private static Command Pack()
    {
        var folder = Folder();
        var output = new Option<FileInfo?>("--output") { Description = "The archive; NAME-VERSION.tgz in this folder unless said" };
        var command = new Command("pack", "Packs a folder's definitions into a .tgz that FHIR tools install.") { folder, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(async () =>
        {
            using var archive = new MemoryStream();
            var manifest = PackageArchive.Pack(parsed.GetRequiredValue(folder).FullName, archive);
            var path = parsed.GetValue(output)?.FullName ?? $"{manifest.Id.Name.Replace('/', '-')}-{manifest.Id.Version}.tgz";
            await File.WriteAllBytesAsync(path, archive.ToArray(), cancellationToken);
            Console.Out.WriteLine(path);
            return 0;
        }));
        return command;
    }

    private static async Task<int> RestoreAsync(
        PackageOptions options, ParseResult parsed, string folder, string? relock, CancellationToken cancellationToken)
    {
        var manifest = PackageManifest.Load(ManifestPath(folder));
        var lockPath = Path.Combine(folder, PackageLock.FileName);
        var locked = PackageLock.Load(lockPath);
        if (relock is not null && locked is not null)
        {
            var others = locked.Packages.Where(item => item.Key.Name != relock);
            locked = locked with { Packages = others.ToDictionary(item => item.Key, item => item.Value) };
        }

        var settled = await options.RestoreAsync(parsed, manifest.Dependencies, locked, cancellationToken);
        settled.Save(lockPath);
        foreach (var missing in settled.Missing) await Console.Error.WriteLineAsync($"{missing} is in no registry that was asked.");
        return settled.Missing.Count == 0 ? 0 : 1;
    }

    private static Argument<DirectoryInfo> Folder() => new("FOLDER")
    {
        Description = "The folder with package.json; this one unless said",
        DefaultValueFactory = _ => new DirectoryInfo(Directory.GetCurrentDirectory()),
    };

    private static string ManifestPath(string folder)
    {
        var path = Path.Combine(folder, "package.json");
        return File.Exists(path)
            ? path
            : throw new PackageException($"{folder} has no package.json: add one with name, version and dependencies.");
    }

    private static async Task<int> RunAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception failure) when (failure is PackageException or IOException or UnauthorizedAccessException or JsonException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }
}
