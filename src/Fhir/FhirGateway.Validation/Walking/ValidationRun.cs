using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Slicing;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Walking;

/// <summary>
/// One validation of one resource: the rules' view of it, with the profiles they ask for and the walker that applies them.
/// </summary>
internal sealed class ValidationRun : RuleRun
{
    /// <param name="size">Of the resource, in bytes of JSON.</param>
    public ValidationRun(SchemaSet schemas, CodeQuestions terminology, ValidationOptions options, Focus root, int size)
        : base(schemas.Definitions, terminology, options, root, size)
    {
        Schemas = schemas;
        SliceTests = new SliceTests(this, schemas);
        Walker = new Walker(this);
    }

    public SchemaSet Schemas { get; }

    public SliceTests SliceTests { get; }

    public Walker Walker { get; }

    public override ElementSchema? Profile(string canonical) => Schemas.Find(canonical)?.Root;

    public override IEnumerable<Finding> ProblemsOf(Structure profile) => ProfileProblems.Of(profile, Schemas);

    protected override bool? IsInSlice(Focus element, string profile, string sliceName) =>
        SliceQuestion.IsIn(element, profile, sliceName, SliceTests, Schemas);

    // All shapes here are compiled definitions.
    protected override void Apply(Focus focus, ElementShape profile) => Walker.Apply(focus, (ElementSchema)profile);
}
