using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Settings;

namespace FhirGateway.CommandLine;

/// <summary>
/// <c>translate VENDOR [FILE|-]</c>: what would be sent, on standard output and nothing else there. One delivery prints its transaction
/// Bundle, several a JSON array of them, none an OperationOutcome that says why. With <c>--lineage</c> an array for each says where every
/// element of it came from.
/// </summary>
internal static class TranslateCommand
{
    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions LineageJson = new(Pretty) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var vendor = new Argument<string>("VENDOR") { Description = "One of " + Known() };
        var file = new Argument<string>("FILE")
        {
            Description = "The payload; - or nothing reads standard input",
            DefaultValueFactory = _ => "-",
        };
        var source = new Option<string>("--source") { Description = "The source's name", DefaultValueFactory = _ => "offline" };
        var system = Pairs("--system", "KIND=URI: the site's identifier system for Patient, Encounter, …");
        var policy = Pairs("--policy", "NAME=VALUE: a decision the vendor leaves to the site");
        var found = Pairs(
            "--found", "KIND=FILE: the JSON that a lookup answers, e.g. Appointment=appointment.json or Correlation=correlation.json");
        var patient = new Option<string>("--patient") { Description = "The patient's identifier, as a correlation would give it" };
        var encounter = new Option<string>("--encounter") { Description = "The encounter's identifier, as a correlation would give it" };
        var practitioner = new Option<string>("--practitioner")
        {
            Description = "The practitioner's identifier, as a correlation would give it",
        };
        var received = new Option<DateTimeOffset?>("--received") { Description = "When the message came in; now, unless said" };
        var lineage = new Option<bool>("--lineage")
        {
            Description = "Prints where each element of the bundle came from, instead of the bundle",
        };
        var command = new Command("translate", "Prints the transaction bundle a payload becomes.")
        {
            vendor, file, source, system, policy, found, patient, encounter, practitioner, received, lineage,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                if (GatewayHost.Vendors.Find(parsed.GetRequiredValue(vendor)) is not { } definition)
                    throw new UsageException($"There is no vendor \"{parsed.GetRequiredValue(vendor)}\": it is one of {Known()}.");

                var settings = new SourceSettings(
                    parsed.GetRequiredValue(source), definition.Name, Read(parsed.GetValue(system)), Read(parsed.GetValue(policy)));
                var answers = Read(parsed.GetValue(found))
                    .ToDictionary(pair => pair.Key, pair => Json(pair.Value), StringComparer.OrdinalIgnoreCase);
                var correlation = Correlation(parsed.GetValue(patient), parsed.GetValue(encounter), parsed.GetValue(practitioner));
                if (correlation.Count > 0) answers.TryAdd("Correlation", JsonSerializer.SerializeToElement(correlation));
                var facts = new MessageFacts("offline", parsed.GetValue(received) ?? TimeProvider.System.GetUtcNow());
                var payload = await PayloadAsync(parsed.GetRequiredValue(file), cancellationToken);
                return Translate(definition, payload, settings, answers, facts, parsed.GetValue(lineage) ? LineageOf : BundleOf);
            }
            catch (UsageException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return GatewayCommand.UsageError;
            }
        });
        return command;
    }

    private static int Translate(
        VendorDefinition vendor,
        ReadOnlyMemory<byte> body,
        SourceSettings source,
        Dictionary<string, JsonElement> answers,
        MessageFacts facts,
        Func<Translation, string> print)
    {
        var reading = vendor.Read(body, source);
        if (reading.Verdict != Verdict.Stored) return Print(OutcomeJson.Of(reading.Problems), 1);

        var printed = new List<string>();
        var problems = new List<Problem>();
        var drift = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var happened in reading.Events)
        {
            if (happened.Problems.Count > 0)
            {
                problems.AddRange(happened.Problems);
                continue;
            }

            if (happened.Acknowledged is { } because)
            {
                problems.Add(Told($"{happened.Type} owes no delivery: {because}", happened.Pointer));
                continue;
            }

            var lookups = vendor.LookupsOf(happened, source).Where(lookup => answers.ContainsKey(lookup.Kind));
            var found = lookups.ToDictionary(lookup => lookup, lookup => answers[lookup.Kind]);
            var context = new TranslationContext(source, facts, found, null, IsLate: false) { Build = GatewayBuild.Version };
            var translation = vendor.Translate(happened, context);
            problems.AddRange(translation.Problems);
            drift.UnionWith(translation.Drift);
            if (translation.Held is { } held)
                problems.Add(Problem.Warning("incomplete", $"It waits for {held.WaitsFor}: {held.Reason}", happened.Pointer));
            if (translation.Bundle is not null) printed.Add(print(translation));
        }

        if (problems.Exists(problem => problem.Severity == ProblemSeverity.Error)) return Print(OutcomeJson.Of(problems), 1);
        foreach (var field in drift) Console.Error.WriteLine($"no rule knows {field}");
        if (printed.Count == 0)
        {
            if (problems.Count == 0) problems.Add(Told("The message holds no event.", null));
            return Print(OutcomeJson.Of(problems), 0);
        }

        foreach (var problem in problems) Console.Error.WriteLine($"{problem.Severity}: {problem.Text}");
        Console.Out.WriteLine(printed is [var only] ? only : $"[\n{string.Join(",\n", printed)}\n]");
        return 0;
    }

    private static string BundleOf(Translation translation) => ResourceJson.WritePretty(translation.Bundle!);

    private static string LineageOf(Translation translation) => JsonSerializer.Serialize(
        ElementLineage.Of(translation).Select(each => new { each.Target, each.Source, each.Action, each.How, each.Because }), LineageJson);

    private static int Print(JsonObject outcome, int exitCode)
    {
        Console.Out.WriteLine(outcome.ToJsonString(Pretty));
        return exitCode;
    }

    private static string Known() => string.Join(", ", GatewayHost.Vendors.Vendors.Select(vendor => vendor.Name));

    private static Problem Told(string text, string? pointer) => new(ProblemSeverity.Information, "informational", text, pointer);

    private static Option<string[]> Pairs(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrMore };

    private static Dictionary<string, string> Read(string[]? pairs) => (pairs ?? [])
        .Select(pair => pair.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value]
            ? (key, value)
            : throw new UsageException($"\"{pair}\" is not of the form NAME=VALUE."))
        .ToDictionary(pair => pair.key, pair => pair.value, StringComparer.OrdinalIgnoreCase);

    private static JsonObject Correlation(string? patient, string? encounter, string? practitioner)
    {
        var correlation = new JsonObject();
        if (patient is not null) correlation["patient"] = patient;
        if (encounter is not null) correlation["encounter"] = encounter;
        if (practitioner is not null) correlation["practitioner"] = practitioner;
        return correlation;
    }

    private static JsonElement Json(string file)
    {
        try
        {
            return JsonElement.Parse(File.ReadAllBytes(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"{file} can't be read as JSON: {failure.Message}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> PayloadAsync(string file, CancellationToken cancellationToken)
    {
        if (file != "-")
        {
            try
            {
                return await File.ReadAllBytesAsync(file, cancellationToken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"{file} can't be read: {failure.Message}");
            }
        }

        if (!Console.IsInputRedirected) throw new UsageException("Name a FILE, or pipe the payload in.");
        using var body = new MemoryStream();
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }
}

/// <summary>A command was called wrongly: the message says how to call it.</summary>
internal sealed class UsageException(string message) : Exception(message);
