using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Slicing;

/// <summary>A discriminator's path: restricted FHIRPath of names, extension(url), ofType(type) and resolve() (http://hl7.org/fhir/R4/profiling.html#discriminator).</summary>
internal static class DiscriminatorPath
{
    public static IReadOnlyList<string> Steps(string path)
    {
        var steps = new List<string>();
        var (start, quoted, depth) = (0, false, 0);
        for (var i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] == '\'') quoted = !quoted;
            if (i < path.Length && path[i] == '(') depth++;
            if (i < path.Length && path[i] == ')') depth--;
            if (i < path.Length && (path[i] != '.' || quoted || depth > 0)) continue;
            var step = path[start..i].Trim();
            if (step.Length > 0 && step != "$this") steps.Add(step);
            start = i + 1;
        }

        return steps;
    }

    /// <summary>What the definition says of the element at the end of the path.</summary>
    public static List<ElementSchema> Schemas(ElementSchema slice, IReadOnlyList<string> steps, SchemaSet schemas)
    {
        List<ElementSchema> current = [slice];
        foreach (var step in steps) current = [.. WithAll(current, schemas).SelectMany(schema => Next(schema, step, schemas)).Distinct()];
        return WithAll(current, schemas);
    }

    /// <summary>The instance's elements at the end of the path.</summary>
    public static List<Focus> Elements(Focus focus, IReadOnlyList<string> steps, ValidationRun run)
    {
        List<Focus> current = [focus];
        foreach (var step in steps)
        {
            current = [.. current.SelectMany(element => Next(element, step, run))];
            run.Charge(current.Count, focus);
        }

        return current;
    }

    private static IEnumerable<ElementSchema> Next(ElementSchema schema, string step, SchemaSet schemas)
    {
        if (step == "resolve()") return schema.Types.SelectMany(type => type.TargetProfiles).Select(schemas.Find).OfType<Schema>().Select(target => target.Root);
        if (Argument(step, "extension") is { } url) return schema.Child("extension")?.Slices.Where(slice => UrlOf(slice, schemas) == url) ?? [];
        if (Argument(step, "ofType") is not null) return [schema];
        if (schema.Child(step) is not { } child) return [];
        return [child, .. child.Slices];
    }

    private static IEnumerable<Focus> Next(Focus element, string step, ValidationRun run)
    {
        if (step == "resolve()") return element.Text("reference") is { } reference && run.References.Resolve(reference, element) is { } target ? [target] : [];
        if (Argument(step, "extension") is { } url) return ElementReader.Children(element, "extension").Where(extension => extension.Text("url") == url);
        if (Argument(step, "ofType") is { } type) return element.Type == type ? [element] : [];
        return ElementReader.Children(element, step);
    }

    // An element's own words, those of the profile it derives from, and those of the profiles its type names.
    private static List<ElementSchema> WithAll(IEnumerable<ElementSchema> start, SchemaSet schemas)
    {
        var all = new List<ElementSchema>();
        var open = new Stack<ElementSchema>(start.Reverse());
        while (open.TryPop(out var schema) && all.Count < 200)
        {
            if (all.Contains(schema)) continue;
            all.Add(schema);
            if (schema.Inherited is { } inherited) open.Push(inherited);
            if (schema.Content is { } content) open.Push(content);
            foreach (var type in schema.Types)
            {
                if (type.Profiles.Count == 1 && schemas.Find(type.Profiles[0]) is { } profile) open.Push(profile.Root);
            }
        }

        return all;
    }

    private static string? UrlOf(ElementSchema slice, SchemaSet schemas) =>
        slice.Types.SelectMany(type => type.Profiles).Select(schemas.Find).FirstOrDefault()?.Structure.Url;

    private static string? Argument(string step, string function) =>
        step.StartsWith(function + "(", StringComparison.Ordinal) && step.EndsWith(')') ? step[(function.Length + 1)..^1].Trim('\'', '"', ' ') : null;
}
