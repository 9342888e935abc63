using FhirGateway.Chaos.Judging;
using FhirGateway.Chaos.Vendors;

namespace FhirGateway.Chaos.Tests;

/// <summary>What a run would find if the gateway did wrong: a judge that sees nothing proves nothing.</summary>
public sealed class VerdictTests
{
    private static readonly IReadOnlyList<Vendor> Vendors = Vendor.All("test");

    [Theory]
    [InlineData(0)] // a scribe: documents and Compositions
    [InlineData(2)] // an intake: medications as well
    [InlineData(3)] // progress of a retrieval: documents only, one version
    public void A_right_chart_has_no_findings(int vendor)
    {
        var document = Acknowledged(Vendors[vendor]);

        Assert.Empty(Verdict.Of([document], new Chart(RightOf(document))));
    }

    [Fact]
    public void A_note_that_is_not_there_is_missing()
    {
        var document = Acknowledged(Vendors[0]);

        Expect("missing", document, RightOf(document).Where(each => each.Reference != "DocumentReference/1"));
    }

    [Fact]
    public void A_note_that_is_there_twice_is_doubled()
    {
        var document = Acknowledged(Vendors[0]);
        var right = RightOf(document);

        Expect("doubled", document, [.. right, right[0] with { Reference = "DocumentReference/other" }]);
    }

    [Fact]
    public void A_medication_that_is_there_twice_is_doubled()
    {
        var document = Acknowledged(Vendors[2]);
        var right = RightOf(document);
        var medication = right.First(each => each.Type == "MedicationStatement");

        Expect("medications doubled", document, [.. right, medication with { Reference = "MedicationStatement/other" }]);
    }

    [Fact]
    public void A_note_in_another_chart_is_found()
    {
        var document = Acknowledged(Vendors[0]);

        Expect("in another chart", document, RightOf(document).Select(each => each with { Patient = "somebody else" }));
    }

    [Fact]
    public void An_old_version_that_is_current_still_is_found()
    {
        var document = Acknowledged(Vendors[0]);

        Expect("is current, not superseded", document, RightOf(document).Select(each =>
            each.Reference == "DocumentReference/1" ? each with { Status = "current" } : each));
    }

    [Fact]
    public void A_Composition_of_an_old_version_is_found()
    {
        var document = Acknowledged(Vendors[0]);

        Expect("not of the last version", document, RightOf(document).Select(each =>
            each.Type == "Composition" ? each with { Marker = $"{document.Marker}-1" } : each));
    }

    [Fact]
    public void A_medication_of_an_old_version_that_is_active_still_is_found()
    {
        var document = Acknowledged(Vendors[2]);

        Expect("is active", document, RightOf(document).Select(each =>
            each.Type == "MedicationStatement" ? each with { Status = "active" } : each));
    }

    private static void Expect(string finding, Document document, IEnumerable<Filed> chart) =>
        Assert.Contains(Verdict.Of([document], new Chart([.. chart])), each => each.Contains(finding, StringComparison.Ordinal));

    private static Document Acknowledged(Vendor vendor)
    {
        var document = new Document
        {
            Number = 7,
            Vendor = vendor,
            Patient = "pat-1",
            Versions = vendor.MostVersions,
            IsAdmittedLate = false,
            Ledger = 0,
        };
        for (var version = 1; version <= vendor.MostVersions; version++)
            document.Notes.Add(new Note { Document = document, Version = version, Body = [], AcknowledgedAt = version });
        return document;
    }

    private static List<Filed> RightOf(Document document)
    {
        var (source, last) = (document.Vendor.Source, document.LastAcknowledged);
        var chart = new List<Filed>();
        foreach (var note in document.Notes)
        {
            var isLast = note.Version == last;
            string[] replaces = note.Version == 1 ? [] : [$"DocumentReference/{note.Version - 1}"];
            chart.Add(new Filed(
                "DocumentReference", $"DocumentReference/{note.Version}", source, note.Marker, "pat-1",
                isLast ? "current" : "superseded", replaces));
            for (var number = 0; number < document.Vendor.Medications; number++)
            {
                chart.Add(new Filed(
                    "MedicationStatement", $"MedicationStatement/{note.Version}-{number}", source, note.Marker, "pat-1",
                    isLast ? "active" : "completed", []));
            }
        }

        if (document.Vendor.MakesCompositions)
            chart.Add(new Filed("Composition", "Composition/1", source, $"{document.Marker}-{last}", "pat-1", "preliminary", []));
        return chart;
    }
}
