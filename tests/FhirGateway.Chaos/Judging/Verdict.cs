using FhirGateway.Chaos.Vendors;

namespace FhirGateway.Chaos.Judging;

/// <summary>
/// Whether what vendors were told is true: each acknowledged note is on the FHIR server exactly once, in the right chart, and the last one
/// of each document is the current one. Findings name sources, numbers and resources' ids, never what a note says.
/// </summary>
internal static class Verdict
{
    public static IReadOnlyList<string> Of(IEnumerable<Document> documents, Chart chart)
    {
        var filed = chart.Resources.ToLookup(resource => resource.Marker, StringComparer.Ordinal);
        var findings = new List<string>();
        foreach (var document in documents)
        {
            var mine = document.Notes.SelectMany(note => filed[note.Marker]).Where(each => each.Source == document.Vendor.Source).ToList();
            findings.AddRange(mine
                .Where(each => each.Patient != document.Patient)
                .Select(each => $"{document}: {each.Reference} is in another chart"));
            foreach (var note in document.Notes) findings.AddRange(OfNote(note, mine));
            if (document.Vendor.MakesCompositions) findings.AddRange(OfComposition(document, mine));
        }

        return findings;
    }

    private static IEnumerable<string> OfNote(Note note, List<Filed> mine)
    {
        var (document, name) = (note.Document, $"{note.Document} version {note.Version}");
        var isLast = note.Version == document.LastAcknowledged;
        var isOwed = note.AcknowledgedAt is not null && !document.IsExcused;
        var written = mine.Where(each => each.Marker == note.Marker).ToList();

        var documents = written.Where(each => each.Type == "DocumentReference").ToList();
        if (documents.Count > 1) yield return $"{name}: doubled as {Names(documents)}";
        if (isOwed && documents.Count == 0) yield return $"{name}: missing, though it was acknowledged";
        if (isOwed && documents is [var one])
        {
            var expected = isLast ? "current" : "superseded";
            if (one.Status != expected) yield return $"{name}: {one.Reference} is {one.Status}, not {expected}";
            var before = mine.Where(each => each.Type == "DocumentReference" && each.Marker == $"{document.Marker}-{note.Version - 1}");
            if (note.Version > 1 && !before.Select(each => each.Reference).SequenceEqual(one.Replaces))
                yield return $"{name}: {one.Reference} does not replace the version before it";
        }

        var medications = written.Where(each => each.Type == "MedicationStatement").ToList();
        if (medications.Count > document.Vendor.Medications) yield return $"{name}: medications doubled, {Names(medications)}";
        if (!isOwed) yield break;
        if (medications.Count < document.Vendor.Medications) yield return $"{name}: {medications.Count} medications are there";
        foreach (var medication in medications.Where(each => each.Status == "active" != isLast))
            yield return $"{name}: {medication.Reference} is {medication.Status}";
    }

    private static IEnumerable<string> OfComposition(Document document, List<Filed> mine)
    {
        var compositions = mine.Where(each => each.Type == "Composition").ToList();
        if (compositions.Select(each => each.Reference).Distinct().Count() > 1)
            yield return $"{document}: Composition doubled as {Names(compositions)}";
        if (document.IsExcused || document.LastAcknowledged == 0) yield break;
        var current = $"{document.Marker}-{document.LastAcknowledged}";
        if (compositions.Count == 0 || compositions.Exists(each => each.Marker != current))
            yield return $"{document}: the Composition is not of the last version";
    }

    private static string Names(IEnumerable<Filed> resources) => string.Join(", ", resources.Select(each => each.Reference));
}
