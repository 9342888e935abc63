using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Slicing;

/// <summary>Answers FHIRPath's slice(): whether an element is in a slice that a profile defines.</summary>
internal static class SliceQuestion
{
    /// <summary>Null when the profile, or the slice in it, is unknown.</summary>
    public static bool? IsIn(Focus element, string profile, string sliceName, SliceTests tests, SchemaSet schemas)
    {
        var isKnown = false;
        // A profile without a snapshot has the rest of its slices from the one it derives from.
        for (var schema = schemas.Find(profile); schema is not null; schema = schema.Parent)
        {
            foreach (var sliced in schema.Elements)
            {
                if (sliced.Slice(sliceName) is not { } slice) continue;
                isKnown = true;
                if (IsAt(element, slice) && tests.Matches(slice, sliced, element)) return true;
            }
        }

        return isKnown ? false : null;
    }

    // Patient.contact.extension can't hold a slice of Patient.extension.
    private static bool IsAt(Focus element, ElementSchema slice)
    {
        var names = (slice.Definition?.Path ?? "").Split('.');
        var place = element;
        for (var i = names.Length - 1; i > 0; i--)
        {
            if (place.Parent is null || place.Name != names[i].Replace("[x]", "", StringComparison.Ordinal)) return false;
            place = place.Parent;
        }

        return R4Types.IsSubtypeOf(place.Type, slice.Structure.Type);
    }
}
