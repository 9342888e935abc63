using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Slicing;

/// <summary>The instance's elements at the end of a discriminator's path.</summary>
internal static class DiscriminatorElements
{
    public static List<Focus> At(Focus focus, IReadOnlyList<string> steps, RuleRun run)
    {
        List<Focus> current = [focus];
        foreach (var step in steps)
        {
            current = [.. current.SelectMany(element => Next(element, step, run))];
            run.Charge(current.Count, focus);
        }

        return current;
    }

    private static IEnumerable<Focus> Next(Focus element, string step, RuleRun run)
    {
        if (step == DiscriminatorPath.Resolve)
        {
            return element.Text("reference") is { } reference && run.References.Resolve(reference, element) is { } target ? [target] : [];
        }

        if (DiscriminatorPath.Argument(step, "extension") is { } url)
        {
            return element.Children("extension").Where(extension => extension.Text("url") == url);
        }

        if (DiscriminatorPath.Argument(step, "ofType") is { } type) return element.Type == type ? [element] : [];
        return element.Children(step);
    }
}
