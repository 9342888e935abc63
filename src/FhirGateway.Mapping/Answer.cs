namespace FhirGateway.Mapping;

/// <summary>What the vendor is answered: an HTTP status and, where its page documents one, a body.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="ContentType">Media type of <paramref name="Body"/>; null without a body.</param>
/// <param name="Body">The body as text; null when the answer has none.</param>
public sealed record Answer(int Status, string? ContentType, string? Body);
