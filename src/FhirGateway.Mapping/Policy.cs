namespace FhirGateway.Mapping;

/// <summary>A decision that a vendor leaves to the site.</summary>
/// <param name="Name">As a source's settings name it, such as <c>unknownAppointment</c>.</param>
/// <param name="Values">What a site may decide.</param>
/// <param name="Default">What counts where a site decides nothing.</param>
public sealed record Policy(string Name, IReadOnlyList<string> Values, string Default);
