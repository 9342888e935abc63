using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FhirGateway.Testing;
using FhirGateway.Validation;

namespace FhirGateway.Oracles.Tests;

/// <summary>HL7's own validator, run offline: the oracle that needs Java.</summary>
internal static class HL7Validator
{
    public const string Script = "hapi/validate.sh";

    /// <summary>
    /// Our validator set up as the script sets up HL7's: unknown profiles are errors, and its reference policy is IGNORE.
    /// </summary>
    public static ValidationOptions Options { get; } = new() { RefuseUnknownProfiles = true, CheckAbsentTargets = false };

    /// <summary>Its verdicts on resources, in their order.</summary>
    /// <param name="resources">JSON, however it is laid out.</param>
    /// <param name="packages">The .tgz files it knows beside R4.</param>
    public static List<Verdict> Judge(IReadOnlyList<byte[]> resources, IReadOnlyList<string> packages)
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-oracle-");
        try
        {
            var input = Path.Combine(folder.FullName, "resources.ndjson");
            File.WriteAllLines(input, resources.Select(OnOneLine));
            var script = Repository.SharedPath(Script)!;
            var start = new ProcessStartInfo(script) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var package in packages)
            {
                start.ArgumentList.Add("--package");
                start.ArgumentList.Add(package);
            }

            start.ArgumentList.Add(input);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var answers = new List<Verdict>();
            while (process.StandardOutput.ReadLine() is { } line) answers.Add(Read(line));
            process.WaitForExit();
            if (answers.Count == resources.Count) return answers;
            throw new InvalidOperationException($"{answers.Count} of {resources.Count} answers: {errors.Result}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string OnOneLine(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(document.RootElement));
    }

    private static Verdict Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        if (!json.RootElement.TryGetProperty("outcome", out var outcome)) return Verdict.Of([line]);
        var errors = outcome.GetProperty("issue").EnumerateArray().Where(IsError).Select(Text);
        return new Verdict(json.RootElement.GetProperty("valid").GetBoolean(), [.. errors]);
    }

    private static bool IsError(JsonElement issue) => issue.GetProperty("severity").GetString() is "error" or "fatal";

    private static string Text(JsonElement issue)
    {
        var text = issue.TryGetProperty("details", out var details) && details.TryGetProperty("text", out var detailed)
            ? detailed.GetString()
            : issue.TryGetProperty("diagnostics", out var diagnostics) ? diagnostics.GetString()
            : "";
        return $"{text} {(issue.TryGetProperty("expression", out var where) ? where[0].GetString() : "")}";
    }
}
