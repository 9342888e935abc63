using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Terminology;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Slicing;

/// <summary>Whether an instance belongs to a slice: it must pass every discriminator.</summary>
internal static class SliceTests
{
    public static bool Matches(ElementSchema slice, ElementSchema sliced, Focus instance, ValidationRun run)
    {
        // Without discriminators only conformance itself can tell.
        if (sliced.Slicing is not { Discriminators.Count: > 0 } slicing) return run.Conforms(instance, slice);
        foreach (var test in slice.SliceTests ??= [.. slicing.Discriminators.Select(discriminator => SliceTest.Of(discriminator, slice, run.Schemas))])
        {
            if (!Passes(test, instance, run)) return false;
        }

        return true;
    }

    private static bool Passes(SliceTest test, Focus instance, ValidationRun run)
    {
        var (type, steps, schemas) = test;
        var elements = DiscriminatorPath.Elements(instance, steps, run);
        foreach (var element in elements) run.Charge((long)schemas.Count * element.Weight, instance);
        run.Charge(1, instance);
        return type switch
        {
            "exists" => schemas.Exists(schema => schema.Max == 0) ? elements.Count == 0 : elements.Count > 0,
            "type" => HasType(schemas, elements, steps.Count > 0 && steps[^1] == "resolve()", instance),
            "profile" => HasProfile(schemas, elements, steps, run),
            _ => HasValue(schemas, elements, run),
        };
    }

    private static bool HasValue(List<ElementSchema> schemas, List<Focus> elements, ValidationRun run)
    {
        if (schemas.Exists(schema => schema.Max == 0)) return elements.Count == 0;
        return elements.Exists(element => schemas.TrueForAll(schema => IsValue(schema, element, run, 0)));
    }

    // Fixed values, patterns and required bindings, here and below, are what tells slices apart.
    private static bool IsValue(ElementSchema schema, Focus element, ValidationRun run, int nesting)
    {
        if (nesting > 16) return true;
        run.Charge((1 + (long)schema.Rules.Count) * element.Weight, element);
        foreach (var rule in schema.Rules)
        {
            if (rule is FixedValueRule exact && !exact.Holds(element)) return false;
            if (rule is PatternRule pattern && !pattern.Holds(element)) return false;
            if (rule is BindingRule { Binding: { Strength: "required", ValueSet: not null } } binding && binding.Ask(element, run.Terminology).Membership == Membership.No) return false;
        }

        if (!schema.Schema.IsProfile) return true;
        foreach (var child in schema.Children)
        {
            if (!child.Discriminates) continue;
            var values = ElementReader.Children(element, child.Name);
            if (values.Count == 0 ? child.Min > 0 : !values.Exists(value => IsValue(child, value, run, nesting + 1))) return false;
            foreach (var slice in child.Slices.Where(slice => slice.Min > 0 && slice.Discriminates))
            {
                if (!values.Exists(value => IsValue(slice, value, run, nesting + 1))) return false;
            }
        }

        return true;
    }

    private static bool HasType(List<ElementSchema> schemas, List<Focus> elements, bool resolved, Focus instance)
    {
        var types = resolved
            ? schemas.Select(schema => schema.Schema.Structure.Type).ToList()
            : schemas.FirstOrDefault(schema => schema.Types.Count > 0)?.Types.Select(type => type.Code).ToList() ?? [.. schemas.Where(schema => schema.Schema.IsProfile).Select(schema => schema.Schema.Structure.Type)];
        if (resolved && elements.Count == 0 && instance.Text("reference") is { } reference && References.ReferenceForm.TypeOf(reference) is { } form) return types.Exists(type => R4Types.IsSubtypeOf(form, type));
        return elements.Exists(element => types.Exists(type => type == element.Type || R4Types.IsSubtypeOf(element.Type, type)));
    }

    private static bool HasProfile(List<ElementSchema> schemas, List<Focus> elements, IReadOnlyList<string> steps, ValidationRun run)
    {
        var profiles = steps.Count > 0 && steps[^1] == "resolve()"
            ? schemas.Where(schema => schema == schema.Schema.Root).ToList()
            : [.. schemas.SelectMany(schema => schema.Types).SelectMany(type => type.Profiles).Select(run.Schemas.Find).OfType<Schema>().Select(profile => profile.Root)];
        return elements.Exists(element => profiles.Exists(profile => IsOfType(profile, element) && run.Conforms(element, profile)));
    }

    private static bool IsOfType(ElementSchema profile, Focus element) => !element.IsResource || R4Types.IsSubtypeOf(element.Type, profile.Schema.Structure.Type);
}

/// <summary>What an element must have to belong to a slice, by one discriminator. Found out once for each slice.</summary>
/// <param name="Type">value, pattern, exists, type or profile.</param>
/// <param name="Steps">The discriminator's path.</param>
/// <param name="Schemas">What the definition says of the element at its end.</param>
internal sealed record SliceTest(string Type, IReadOnlyList<string> Steps, List<ElementSchema> Schemas)
{
    public static SliceTest Of(ElementDiscriminator discriminator, ElementSchema slice, SchemaSet schemas)
    {
        var steps = DiscriminatorPath.Steps(discriminator.Path);
        return new SliceTest(discriminator.Type, steps, DiscriminatorPath.Schemas(slice, steps, schemas));
    }
}
