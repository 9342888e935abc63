using System.Globalization;
using System.Text;

namespace FhirGateway.Fhir.Serialization;

// Where the reader is, and what it found wrong. A place is kept as offsets into the text: only an issue makes strings of them.
internal ref partial struct FhirJsonReader
{
    private const string Unknown = "is no element of this type";
    private const string Doubled = "must not be given twice";
    private const string SecondChoice = "must not be given beside another type of the same choice";
    private const string NotAnObject = "must be a JSON object";
    private const string NotAnArray = "must be a JSON array";
    private const string Empty = "must not be empty";

    public readonly IReadOnlyList<FhirJsonIssue> Issues => _issues ?? [];

    private void Enter()
    {
        if (_depth == _steps.Length) Array.Resize(ref _steps, _depth * 2);
        _steps[_depth++] = default;
    }

    private void Leave() => _depth--;

    /// <summary>The innermost object's current property is the reader's current token.</summary>
    private readonly void Name() => _steps[_depth - 1] = new Step((int)_json.TokenStartIndex + 1, _json.ValueSpan.Length, -1);

    /// <summary>The current property's item; -1 for the property as a whole.</summary>
    private readonly void At(int index) => _steps[_depth - 1] = _steps[_depth - 1] with { Index = index };

    private void Note(string code, string text) =>
        (_issues ??= []).Add(new FhirJsonIssue(code, Location(), text, _json.TokenStartIndex));

    /// <summary>Notes what is wrong with the current value, and skips it.</summary>
    private void Refuse(string code, string text)
    {
        Note(code, text);
        _json.Skip();
    }

    private T Refused<T>(T existing, string code, string text)
    {
        Refuse(code, text);
        return existing;
    }

    private readonly string Location()
    {
        var location = new StringBuilder(_rootName);
        foreach (var step in _steps.AsSpan(0, _depth))
        {
            var name = _text.Slice(step.Start, step.Length);
            if (name.StartsWith("_"u8)) name = name[1..];
            if (location.Length > 0) location.Append('.');
            location.Append(Encoding.UTF8.GetString(name));
            if (step.Index >= 0) location.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
        }

        return location.ToString();
    }

    private readonly record struct Step(int Start, int Length, int Index);
}
