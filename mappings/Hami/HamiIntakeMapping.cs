using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Hami;

/// <summary>
/// HAMI intake summary → a preliminary Composition, its DocumentReference, and one MedicationStatement
/// per current medication. Reads top to bottom as the outline of the note it produces.
/// </summary>
public sealed class HamiIntakeMapping : DocumentMapping
{
    private const string Title = "AI-generated patient intake summary";

    public HamiIntakeMapping()
    {
        // Only these two phrases mean "nothing was collected". "Unremarkable" and "No known allergies" are
        // answers the patient gave, so they have no rule here and travel verbatim.
        Phrase("Not asked").MeansAbsent(EmptyReason.NotAsked);
        Phrase("").MeansAbsent(EmptyReason.Unavailable, shownAs: "Information not provided");
        NamesNothing(NoMedication);
        KeysInAnyCase(); // on its page, keys never differ only in case or in blanks around them

        WrittenBy(Asserted.ByAi, Asserted.ByPatient);
        Categorised(DocumentCategory.PatientReportedIntake);
        SubjectOfAppointment("/appointmentId", policy: "unknownAppointment", otherwise: "refuse",
            because: "HAMI sends no patient id: an unknown appointment is refused or parked, never guessed");
        OneDocumentPer(SetPart.Of("appointment", "/appointmentId"));
        VersionOf("/appointmentId", "/dateCreated", KeyPart.Content("/intakeSummary"));
        Dated("/dateCreated");
        SectionsCodedBy("hami-section", SharedCodes("section-heading"));

        Always((Composition c) => c.Status, CompositionStatus.Preliminary).Because("an AI draft that no clinician has signed");
        Always((Composition c) => c.Type, Loinc.Note with { Text = Title })
            .Because("no examination and no clinician: not a history and physical");
        Always((Composition c) => c.Title, Title);

        In("intakeSummary", summary =>
        {
            summary.Section("Patient Information", patient =>
            {
                patient.Fact("Date of Birth/Age").Checks((Patient p) => p.BirthDate)
                    .Because("may be an age; it confirms a subject, it never identifies one");
                patient.Fact("Gender").Checks((Patient p) => p.Gender).Because("free text, as the patient said it");
            });
            summary.Section("Chief Complaint");
            summary.Section("History of Present Illness", illness => illness.Sections(
                "Onset and Duration", "Associated Symptoms", "Aggravating and Alleviating Factors", "Severity of Symptoms"));
            summary.Section("Summary")
                .Because("prose; the vendor's own sample has a temperature of 102 Celsius, so no Observation is made of it");
            summary.Section("Past Medical History", past =>
            {
                past.Sections("Chronic Illnesses", "Previous Hospitalizations", "Surgeries");
                past.Section("Allergies").Because("prose only: no AllergyIntolerance is asserted on an AI's word");
            });
            summary.Section("Family History");
            summary.Section(
                "Social History", social => social.Sections("Social Support", "Occupation", "Lifestyle Factors", "Exercise and Diet"));
            summary.Section("Medications", list => list
                .Entries<MedicationStatement>("Current Medications", CurrentMedication)
                .Because("an empty list is not a statement that nothing is taken"));
            summary.Section("Review of Systems", review => review.Sections(
                "General", "Cardiovascular", "Respiratory", "Gastrointestinal", "Genitourinary", "Musculoskeletal",
                "Neurological", "Mental Health Screening", "Psychiatric", "Endocrine", "Dermatological"));
        });
    }

    // An item whose Required field is missing stays in the section's narrative and creates no resource.
    private static void CurrentMedication(RuleSet<MedicationStatement> medication)
    {
        medication.IdentifiedByPosition(m => m.Identifier);
        medication.Always(m => m.Status, MedicationStatement.MedicationStatusCodes.Active)
            .Because("HAMI files it under \"Current Medications\"");
        medication.Always(m => m.Category, PatientSpecified);
        medication.Field("Name").Required().To(m => ((CodeableConcept)m.Medication).Text)
            .Because("as the patient said it: no RxNorm code is guessed");
        medication.Subject(m => m.Subject);
        medication.Field("/dateCreated").As(Read.DateTime).To(m => m.DateAssertedElement);
        medication.Subject(m => m.InformationSource).Because("the patient is the informant; the AI only wrote it down");
        medication.Document(m => m.DerivedFrom);
        medication.Field("Brand Name").Labelled().To(m => m.Note);
        medication.Field("Generic Name").Labelled().To(m => m.Note);
        medication.Field("Duration").Labelled().To(m => m.Note).Because("how long it has been taken so far, not a dosing period");
        medication.Field("Dosage", "Formulation", "Frequency", "Route").To(m => m.Dosage[0].Text)
            .Because("verbatim: the vendor's own sample dose is implausible");
        medication.Field("Frequency").To(m => m.Dosage[0].Timing.Code.Text);
        medication.Field("Route").To(m => m.Dosage[0].Route.Text);
    }

    // What a patient, or HAMI, says in place of a medication's name: an answer that stays in the note. It is not a dose or a route either.
    private static readonly string[] NoMedication =
    [
        "Unremarkable", "None", "None reported", "None known", "None stated", "None taken", "None at this time", "None currently", "No",
        "Nil", "Nothing", "Nothing reported", "N/A", "NA", "Not applicable", "Not available", "Not known", "Unknown", "Not specified",
        "Not stated", "Not reported", "Not provided", "Not mentioned", "Not given", "Not recorded", "Not documented", "Unspecified",
        "Information not provided", "No information", "No information available", "Negative", "Denied", "Denies", "Denies any",
        "Does not know", "No medication", "No medications", "No meds", "No medicines", "No medicine", "No drugs",
        "No current medication", "No current medications", "No current meds", "No known medication", "No known medications",
        "No known current medications", "No regular medication", "No regular medications", "No daily medications",
        "No home medications", "No prescription medications", "No prescribed medications", "No other medications",
        "No active medications", "No medications reported", "No medications at this time", "No current medications reported",
        "Not on any medication", "Not on any medications", "Not on medication", "Not taking any", "Not taking any medication",
        "Not taking any medications", "Not taking anything", "Not currently taking any medications",
        "Not currently taking any medication", "Currently not taking any medications", "Patient is not taking any medications",
        "Patient takes no medications", "Takes no medications", "Takes nothing", "Denies medication", "Denies medications",
        "Denies any medications", "Denies taking any medications", "Denies medication use", "Patient denies medications",
        "Patient denies taking any medications", "NKDA", "NKA", "NKFA", "No known allergies", "No known drug allergies", "No allergies",
        "No surgeries",
    ];

    private static Concept PatientSpecified { get; } = new(
        "http://terminology.hl7.org/CodeSystem/medication-statement-category", "patientspecified");
}
