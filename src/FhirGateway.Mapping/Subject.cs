using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping;

/// <summary>Whom an event is about.</summary>
/// <param name="Given">As the source gave it, as a readable reference: <c>Patient?identifier=system|value</c>, or <c>Patient/1</c>.</param>
/// <param name="Resolved">The patient's reference on the destination; null where nobody looked.</param>
public sealed record Subject(string Given, string? Resolved)
{
    /// <summary>One word for one chart: the patient on the destination, as far as is known.</summary>
    public string Chart => Resolved ?? Given;

    /// <summary>
    /// Whether two literal references mean one resource. Servers answer for themselves with a relative reference or with their own base
    /// before it, which need not be the one that the gateway calls them by.
    /// </summary>
    public static bool AreSame(string one, string other) =>
        one == other || one.EndsWith("/" + other, StringComparison.Ordinal) || other.EndsWith("/" + one, StringComparison.Ordinal);

    /// <summary>A resource's literal reference to its subject, without a version; null when it has none.</summary>
    public static string? Of(JsonElement resource) => JsonPointer.FindText(resource, "/subject/reference")?.Split("/_history/")[0];

    /// <summary>
    /// What tells two subjects' resources apart in their identifiers: not readable, so that no identifier in a URL names a patient.
    /// </summary>
    internal static string Mark(string given, string? chart) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(chart is null ? given : $"{given}\n{chart}")))[..32];
}
