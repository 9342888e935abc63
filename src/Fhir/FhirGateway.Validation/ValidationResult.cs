using System.Buffers;
using System.Text.Json;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation;

/// <summary>What a validation found.</summary>
public sealed class ValidationResult(IReadOnlyList<ValidationIssue> issues, IReadOnlyCollection<CodeQuestion>? unanswered = null)
{
    /// <summary>In the order of the resource.</summary>
    public IReadOnlyList<ValidationIssue> Issues { get; } = issues;

    /// <summary>What could not be told about codes here and a terminology server may know; at most 500.</summary>
    public IReadOnlyCollection<CodeQuestion> Unchecked { get; } = unanswered ?? [];

    /// <summary>The work it was, as <see cref="ValidationOptions.MaxStepsPerByte"/> counts it.</summary>
    public long Steps { get; init; }

    /// <summary>False when any issue is an error or fatal.</summary>
    public bool IsValid { get; } = !issues.Any(issue => issue.Severity >= IssueSeverity.Error);

    /// <summary>The findings as an OperationOutcome in UTF-8 JSON; one that says so when there are none.</summary>
    public byte[] ToOperationOutcome()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType", "OperationOutcome");
            writer.WriteStartArray("issue");
            if (Issues.Count == 0) Write(writer, new ValidationIssue(IssueSeverity.Information, "informational", "No issues found.", null, null, "none"));
            foreach (var issue in Issues) Write(writer, issue);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, ValidationIssue issue)
    {
        writer.WriteStartObject();
        writer.WriteString("severity", issue.Severity switch
        {
            IssueSeverity.Fatal => "fatal",
            IssueSeverity.Error => "error",
            IssueSeverity.Warning => "warning",
            _ => "information",
        });
        writer.WriteString("code", issue.Code);
        writer.WriteStartObject("details");
        writer.WriteString("text", issue.Text);
        writer.WriteEndObject();
        writer.WriteString("diagnostics", issue.Profile is null ? $"rule {issue.Rule}" : $"rule {issue.Rule} of {issue.Profile}");
        if (issue.Location is not null)
        {
            writer.WriteStartArray("expression");
            writer.WriteStringValue(issue.Location);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
