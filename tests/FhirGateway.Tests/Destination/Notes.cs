using System.Text.Json;

namespace FhirGateway.Tests.Destination;

/// <summary>Notes of Insight Health, as small as they can be.</summary>
internal static class Notes
{
    public const string Source = "insight-health";

    public static byte[] Of(string patient, string? encounter = null, string? summary = null, string? text = null) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            patient_id = patient,
            encounter_id = encounter ?? patient,
            summary_id = summary ?? Guid.NewGuid().ToString(),
            template_name = "SOAP Note",
            sections = new { subjective = text ?? "Slept well." },
        });

    public static async Task SendAsync(RunningGateway gateway, byte[] note)
    {
        using var answer = await gateway.SendAsync(Source, note);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
