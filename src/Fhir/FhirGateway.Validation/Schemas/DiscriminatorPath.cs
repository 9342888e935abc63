namespace FhirGateway.Validation.Schemas;

/// <summary>
/// A discriminator's path: restricted FHIRPath of names, extension(url), ofType(type) and resolve()
/// (http://hl7.org/fhir/R4/profiling.html#discriminator).
/// </summary>
internal static class DiscriminatorPath
{
    /// <summary>The step that goes from a reference to its target.</summary>
    public const string Resolve = "resolve()";

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

    private static IEnumerable<ElementSchema> Next(ElementSchema schema, string step, SchemaSet schemas)
    {
        if (step == Resolve)
        {
            return schema.Types.SelectMany(type => type.TargetProfiles).Select(schemas.Find).OfType<Schema>().Select(target => target.Root);
        }

        if (Argument(step, "extension") is { } url)
        {
            return schema.Child("extension")?.Slices.Where(slice => UrlOf(slice, schemas) == url) ?? [];
        }

        if (Argument(step, "ofType") is not null) return [schema];
        if (schema.Child(step) is not { } child) return [];
        return [child, .. child.Slices];
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

    /// <summary>The argument of a step that calls a function; null when it calls another, or none.</summary>
    public static string? Argument(string step, string function) =>
        step.StartsWith(function + "(", StringComparison.Ordinal) && step.EndsWith(')')
            ? step[(function.Length + 1)..^1].Trim('\'', '"', ' ')
            : null;
}
