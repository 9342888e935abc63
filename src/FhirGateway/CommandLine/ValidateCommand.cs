using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Packages;
using FhirGateway.Pipeline;
using FhirGateway.Validation;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Terminology.Remote;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace FhirGateway.CommandLine;

/// <summary>
/// <c>validate FILE|- [--profile URL]… [--package …]… [--terminology URL] [--ndjson]</c>: an OperationOutcome on standard output, one a
/// line with <c>--ndjson</c>. Exits 1 when anything is an error.
/// </summary>
internal static class ValidateCommand
{
    private static readonly JsonSerializerOptions OnALine =
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }.ForFhir(ModelInfo.ModelInspector);

    private static readonly JsonSerializerOptions Pretty = new(OnALine) { WriteIndented = true };

    public static Command Create()
    {
        var packages = new PackageOptions();
        var file = new Argument<string>("FILE") { Description = "A resource in JSON; - reads standard input" };
        var profiles = Several("--profile", "Canonical of a profile it must conform to, beside its meta.profile");
        var wanted = Several("--package", "NAME#VERSION from the cache or a registry, or a .tgz file");
        var terminology = new Option<string?>("--terminology")
        {
            Description = "FHIR base of a terminology server, asked for the codes that can't be checked here",
        };
        var ndjson = new Option<bool>("--ndjson") { Description = "One resource a line in, one OperationOutcome a line out" };
        var command = packages.AddTo(new Command("validate", "Validates a resource against R4, this gateway's own profiles and others.")
        {
            file, profiles, wanted, terminology, ndjson,
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Uri? address = null;
            if (parsed.GetValue(terminology) is { } url
                && !(Uri.TryCreate(url, UriKind.Absolute, out address) && address.Scheme is "http" or "https"))
            {
                await Console.Error.WriteLineAsync($"--terminology takes the http or https address of a FHIR server, not '{url}'.");
                return GatewayCommand.UsageError;
            }

            var unpacked = Directory.CreateTempSubdirectory("fhirgateway-packages-");
            try
            {
                var installed = await InstalledAsync(
                    parsed, packages, parsed.GetValue(wanted) ?? [], new PackageCache(unpacked.FullName), cancellationToken);
                var resolver = new CanonicalResolver(installed);
                using var transport = new SocketsHttpHandler();
                using var http = address is null
                    ? null
                    : new HttpClient(transport) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
                var validator = new ServedValidator(
                    new FhirValidator(new DefinitionSet(
                        (canonical, type) => resolver.Find(canonical, type) ?? OwnPackage.Find(canonical, type))),
                    http is null ? null : new TerminologyServer(http, TimeProvider.System));
                await using var input = Open(parsed.GetRequiredValue(file));
                return parsed.GetValue(ndjson)
                    ? await LinesAsync(validator, input, parsed.GetValue(profiles) ?? [], cancellationToken)
                    : await WholeAsync(validator, input, parsed.GetValue(profiles) ?? [], cancellationToken);
            }
            catch (Exception failure) when (failure is PackageException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync(failure.Message);
                return GatewayCommand.UsageError;
            }
            finally
            {
                unpacked.Delete(recursive: true);
            }
        });
        return command;
    }

    private static async Task<List<InstalledPackage>> InstalledAsync(
        ParseResult parsed, PackageOptions options, string[] wanted, PackageCache unpacked, CancellationToken cancellationToken)
    {
        var installed = new List<InstalledPackage>();
        foreach (var package in wanted)
        {
            if (package.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
            {
                // A file may differ from a published package of its name: it never enters the shared cache.
                await using var archive = File.OpenRead(package);
                installed.Add(unpacked.Install(archive));
                continue;
            }

            var id = PackageId.Parse(package);
            var cache = options.Cache(parsed);
            if (cache.Find(id) is null) await options.RestoreAsync(parsed, [id], null, cancellationToken);
            var found = cache.FindWithDependencies(id);
            if (found.Count == 0) throw new PackageException($"{id} is neither in the cache nor in a registry.");
            installed.AddRange(found.Where(package => !installed.Exists(known => known.Manifest.Id == package.Manifest.Id)));
        }

        return installed;
    }

    private static async Task<int> WholeAsync(
        ServedValidator validator, Stream input, string[] profiles, CancellationToken cancellationToken)
    {
        using var resource = new MemoryStream();
        await input.CopyToAsync(resource, cancellationToken);
        var result = await validator.ValidateAsync(resource.GetBuffer().AsMemory(0, (int)resource.Length), profiles, cancellationToken);
        Console.Out.WriteLine(JsonSerializer.Serialize(result.ToOperationOutcome(), Pretty));
        return result.IsValid ? 0 : 1;
    }

    private static async Task<int> LinesAsync(
        ServedValidator validator, Stream input, string[] profiles, CancellationToken cancellationToken)
    {
        var allValid = true;
        using var lines = new StreamReader(input, Encoding.UTF8);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            var result = await validator.ValidateAsync(Encoding.UTF8.GetBytes(line), profiles, cancellationToken);
            Console.Out.WriteLine(JsonSerializer.Serialize(result.ToOperationOutcome(), OnALine));
            allValid &= result.IsValid;
        }

        return allValid ? 0 : 1;
    }

    private static Stream Open(string file) => file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);

    private static Option<string[]> Several(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrMore };
}
