using System.Diagnostics;
using System.Text.Json;
using FhirGateway.Testing;

namespace FhirGateway.Validation.Tests.Oracle;

/// <summary>Whether HL7's validator takes a resource, and its errors: where and what.</summary>
internal sealed record OracleVerdict(bool IsValid, IReadOnlyList<string> Errors);

/// <summary>HL7's own validator, run offline: the oracle.</summary>
internal static class HL7Validator
{
    public const string Script = "hapi/validate.sh";

    /// <summary>Our validator set up as the script sets up HL7's: unknown profiles are errors, and its reference policy is IGNORE.</summary>
    public static ValidationOptions Options { get; } = new() { RefuseUnknownProfiles = true, CheckAbsentTargets = false };

    /// <summary>Its verdicts on resources of one line each.</summary>
    /// <param name="packages">The .tgz files it knows beside R4.</param>
    public static List<OracleVerdict> Ask(string lines, IReadOnlyList<string> packages)
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-oracle-");
        try
        {
            var input = Path.Combine(folder.FullName, "mutants.ndjson");
            File.WriteAllText(input, lines);
            var start = new ProcessStartInfo(Repository.SharedPath(Script)!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in packages.SelectMany(package => new[] { "--package", package }).Append(input)) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var answers = new List<OracleVerdict>();
            while (process.StandardOutput.ReadLine() is { } line) answers.Add(Verdict(line));
            process.WaitForExit();
            _ = errors.Result;
            return answers;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static OracleVerdict Verdict(string line)
    {
        using var json = JsonDocument.Parse(line);
        if (!json.RootElement.TryGetProperty("outcome", out var outcome)) return new OracleVerdict(false, [line]);
        return new OracleVerdict(json.RootElement.GetProperty("valid").GetBoolean(),
        [
            .. outcome.GetProperty("issue").EnumerateArray().Where(issue => issue.GetProperty("severity").GetString() is "error" or "fatal").Select(issue =>
                $"{(issue.TryGetProperty("expression", out var where) ? where[0].GetString() : "")} {(issue.TryGetProperty("details", out var details) && details.TryGetProperty("text", out var text) ? text.GetString() : issue.TryGetProperty("diagnostics", out var diagnostics) ? diagnostics.GetString() : "")}"),
        ]);
    }
}
