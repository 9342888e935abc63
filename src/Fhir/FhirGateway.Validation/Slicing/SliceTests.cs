using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Slicing;

/// <summary>Whether an instance belongs to a slice: it must pass every discriminator.</summary>
internal sealed class SliceTests(RuleRun run, SchemaSet schemas)
{
    private const int MaxNesting = 16;

    public bool Matches(ElementSchema slice, ElementSchema sliced, Focus instance)
    {
        // Without discriminators only conformance itself can tell.
        if (sliced.Slicing is not { Discriminators.Count: > 0 } slicing) return run.Conforms(instance, slice);
        foreach (var test in slice.SliceTests ??= [
            .. slicing.Discriminators.Select(discriminator => SliceTest.Of(discriminator, slice, schemas))])
        {
            if (!Passes(test, instance)) return false;
        }

        return true;
    }

    private bool Passes(SliceTest test, Focus instance)
    {
        var (type, steps, ends) = test;
        var elements = DiscriminatorElements.At(instance, steps, run);
        foreach (var element in elements) run.Charge((long)ends.Count * element.Weight, instance);
        run.Charge(1, instance);
        var isResolved = steps.Count > 0 && steps[^1] == DiscriminatorPath.Resolve;
        return type switch
        {
            "exists" => ends.Exists(schema => schema.Max == 0) ? elements.Count == 0 : elements.Count > 0,
            "type" => HasType(ends, elements, isResolved, instance),
            "profile" => HasProfile(ends, elements, isResolved),
            _ => HasValue(steps, ends, elements),
        };
    }

    private bool HasValue(IReadOnlyList<string> steps, List<ElementSchema> ends, List<Focus> elements)
    {
        // Of the slice itself, a maximum of 0 says that there must be none like it: what is like it must be recognised.
        if (steps.Count > 0 && ends.Exists(schema => schema.Max == 0)) return elements.Count == 0;
        return elements.Exists(element => ends.TrueForAll(schema => IsValue(schema, element, 0)));
    }

    // Fixed values, patterns and required bindings, here and below, are what tells slices apart.
    private bool IsValue(ElementSchema schema, Focus element, int nesting)
    {
        if (nesting > MaxNesting) return true;
        run.Charge((1 + (long)schema.Rules.Length) * element.Weight, element);
        foreach (var rule in schema.Rules)
        {
            if (rule is FixedValueRule exact && !exact.Holds(element)) return false;
            if (rule is PatternRule pattern && !pattern.Holds(element)) return false;
            if (rule is BindingRule { Binding: { Strength: "required", ValueSet: not null } } binding
                && binding.Ask(element, run.Terminology).Membership == Membership.No)
            {
                return false;
            }
        }

        if (!schema.Schema.IsProfile) return true;
        foreach (var child in schema.Children)
        {
            if (!child.Discriminates) continue;
            var values = element.Children(child.Name);
            if (values.Count == 0 ? child.Min > 0 : !values.Any(value => IsValue(child, value, nesting + 1))) return false;
            foreach (var slice in child.Slices.Where(slice => slice.Min > 0 && slice.Discriminates))
            {
                if (!values.Any(value => IsValue(slice, value, nesting + 1))) return false;
            }
        }

        return true;
    }

    private static bool HasType(List<ElementSchema> ends, List<Focus> elements, bool isResolved, Focus instance)
    {
        var types = TypesOf(ends, isResolved);
        if (isResolved && elements.Count == 0 && instance.Text("reference") is { } reference && ReferenceForm.TypeOf(reference) is { } form)
        {
            return types.Exists(type => R4Types.IsSubtypeOf(form, type));
        }

        return elements.Exists(element => types.Exists(type => type == element.Type || R4Types.IsSubtypeOf(element.Type, type)));
    }

    private static List<string> TypesOf(List<ElementSchema> ends, bool isResolved)
    {
        if (isResolved) return [.. ends.Select(schema => schema.Structure.Type)];
        return ends.FirstOrDefault(schema => schema.Types.Count > 0)?.Types.Select(type => type.Code).ToList()
            ?? [.. ends.Where(schema => schema.Schema.IsProfile).Select(schema => schema.Structure.Type)];
    }

    private bool HasProfile(List<ElementSchema> ends, List<Focus> elements, bool isResolved)
    {
        List<ElementSchema> profiles = isResolved
            ? [.. ends.Where(schema => schema == schema.Schema.Root)]
            : [.. ends.SelectMany(schema => schema.Types)
                .SelectMany(type => type.Profiles)
                .Select(schemas.Find)
                .OfType<Schema>()
                .Select(profile => profile.Root)];
        return elements.Exists(element => profiles.Exists(profile => IsOfType(profile, element) && run.Conforms(element, profile)));
    }

    private static bool IsOfType(ElementSchema profile, Focus element) =>
        !element.IsResource || R4Types.IsSubtypeOf(element.Type, profile.Structure.Type);
}
