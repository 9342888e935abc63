using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.FhirPath;

namespace FhirGateway.Sandbox.Patching;

/// <summary>
/// FHIRPath Patch (FHIR R4 fhirpatch.html): add, insert, delete, replace and move, given as a Parameters resource.
/// Pure: neither input changes.
/// </summary>
internal static class FhirPathPatch
{
    /// <summary>The resource after all operations, each seeing what the ones before it made.</summary>
    /// <exception cref="FhirPathPatchException">An operation is malformed, or its path does not find what it needs.</exception>
    public static JsonObject Apply(JsonElement resource, JsonObject parameters)
    {
        var patched = JsonObject.Create(resource)!.DeepClone().AsObject();
        foreach (var operation in PatchOperation.ReadAll(parameters)) Apply(patched, operation);
        return patched;
    }

    private static void Apply(JsonObject resource, PatchOperation operation)
    {
        switch (operation.Type)
        {
            case "add":
                Add(resource, operation);
                break;
            case "insert":
                Insert(resource, operation);
                break;
            case "delete":
                Delete(resource, operation);
                break;
            case "replace":
                Replace(resource, operation);
                break;
            case "move":
                Move(resource, operation);
                break;
            default:
                throw new FhirPathPatchException($"Unknown patch operation type: {operation.Type}");
        }
    }

    private static void Add(JsonObject resource, PatchOperation operation)
    {
        var name = operation.Name ?? throw new FhirPathPatchException("An add operation has no name");
        var parent = Single(resource, operation.Path, "adding");
        var type = ElementPlace.TypeOf(parent);
        var holder = PatchTarget.Object(resource, parent);
        if (operation.Value is not { } value)
        {
            PatchTarget.Remove(holder, type, name);
            return;
        }

        var child = ElementPlace.Of(type, name, value.Type);
        if (!child.Repeats) PatchTarget.Remove(holder, type, name);
        PatchTarget.Put(holder, child, value, child.Repeats ? PatchTarget.Count(holder, child) : null);
    }

    private static void Insert(JsonObject resource, PatchOperation operation)
    {
        var value = operation.Value ?? throw new FhirPathPatchException("An insert operation has no value");
        var index = operation.Index ?? throw new FhirPathPatchException("An insert operation has no index");
        var (holder, child) = List(resource, operation.Path, value);
        var count = PatchTarget.Count(holder, child);
        if (index < 0 || index > count)
        {
            throw new FhirPathPatchException(
                $"Invalid insert index {index} for path {operation.Path} - Only have {count} existing entries");
        }
        PatchTarget.Put(holder, child, value, index);
    }

    private static void Delete(JsonObject resource, PatchOperation operation)
    {
        var found = Find(resource, operation.Path);
        if (found.Count > 1) throw new FhirPathPatchException($"Multiple elements found at {operation.Path} when deleting");
        if (found.Count == 1) PatchTarget.Remove(resource, found[0]);
    }

    private static void Replace(JsonObject resource, PatchOperation operation)
    {
        var value = operation.Value ?? throw new FhirPathPatchException("A replace operation has no value");
        var found = Find(resource, operation.Path);
        if (found.Count == 0) throw new FhirPathPatchException($"No element matches the specified path: {operation.Path}");
        if (found.Count > 1) throw new FhirPathPatchException($"FhirPath returns more than 1 element: {operation.Path}");
        var target = found[0];
        var parent = target.Parent ?? throw new FhirPathPatchException("A resource can't be replaced by a patch");
        var holder = PatchTarget.Object(resource, parent);
        var index = target.Index;
        PatchTarget.Remove(resource, target);
        PatchTarget.Put(holder, ElementPlace.Of(ElementPlace.TypeOf(parent), target.Name!, value.Type), value, index);
    }

    private static void Move(JsonObject resource, PatchOperation operation)
    {
        var (source, destination) = (operation.Source ?? -1, operation.Destination ?? -1);
        var (holder, child) = List(resource, operation.Path, null);
        var count = PatchTarget.Count(holder, child);
        if (source < 0 || source >= count)
        {
            throw new FhirPathPatchException(
                $"Invalid move source index {source} for path {operation.Path} - Only have {count} existing entries");
        }
        if (destination < 0 || destination >= count)
        {
            throw new FhirPathPatchException(
                $"Invalid move destination index {destination} for path {operation.Path} - Only have {count} existing entries");
        }
        PatchTarget.Move(holder, child, source, destination);
    }

    // A list that may be empty is found as its last name within the element before it.
    private static (JsonObject Holder, ElementPlace Child) List(JsonObject resource, string path, PatchValue? value)
    {
        var dot = path.LastIndexOf('.');
        if (dot < 0) throw new FhirPathPatchException($"{path} is not a list");
        var parent = Single(resource, path[..dot], "inserting");
        var name = path[(dot + 1)..];
        var child = ElementPlace.Of(ElementPlace.TypeOf(parent), name, value?.Type);
        return child.Repeats ? (PatchTarget.Object(resource, parent), child) : throw new FhirPathPatchException($"{path} is not a list");
    }

    private static FhirNode Single(JsonObject resource, string path, string doing)
    {
        var found = Find(resource, path);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new FhirPathPatchException($"No content found at {path} when {doing}"),
            _ => throw new FhirPathPatchException($"Multiple elements found at {path} when {doing}"),
        };
    }

    private static List<FhirNode> Find(JsonObject resource, string path)
    {
        try
        {
            var focus = FhirNode.Of(JsonSerializer.SerializeToElement(resource));
            return [.. FhirPathExpression.Compile(path).Evaluate(focus).Where(node => node.Name is not null)];
        }
        catch (FhirPathException problem)
        {
            throw new FhirPathPatchException($"{path} is not a valid fhir path: {problem.Message}");
        }
    }
}
